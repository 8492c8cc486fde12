"""Workers in the test's own process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.action import Performer
from domain.job import JobKind
from server.worker import Handler, Worker


def now() -> datetime:
    return datetime.now(UTC)


def worker(
    engine: AsyncEngine, handlers: Mapping[JobKind, Handler], drain_seconds: float = 10
) -> Worker:
    return Worker(engine, Performer(engine, now), handlers, 4, drain_seconds)


@asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    """A worker that runs, until it is told to stop and has stopped."""
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
