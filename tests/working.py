"""Workers in the test's own process."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from actions.action import Performer
from domain.job import JobKind
from server.worker import Errand, Handler, Worker
from tests.make import Fleet

KIND = JobKind.LOOK_UP_PHONE
PATIENCE = 20


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


async def kept(fleet: Fleet, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the jobs that the fleet still has."""
    rows = await fleet.make.store.fetch(
        f"SELECT {', '.join(columns)} FROM job WHERE subaccount_id = $1",  # noqa: S608
        fleet.id,
    )
    return [tuple(row) for row in rows]


class Doer:
    """Does the fleet's jobs as it is told to, and counts them; those of other tests are done."""

    def __init__(
        self, fleet: Fleet, act: Callable[[Errand], Awaitable[None]] | None = None
    ) -> None:
        self.fleet = fleet
        self.act = act
        self.runs: Counter[str] = Counter()
        self.began = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, errand: Errand) -> None:
        if errand.job.subaccount_id != self.fleet.id:
            return
        self.runs[errand.id] += 1
        self.began.set()
        if self.act is not None:
            await self.act(errand)
        self.ended.set()

    async def until(self, event: asyncio.Event) -> None:
        await asyncio.wait_for(event.wait(), PATIENCE)


async def until_kept(fleet: Fleet, *wanted: Any, columns: tuple[str, ...]) -> None:
    """Wait until the fleet's jobs are as they should be."""
    deadline = time.monotonic() + PATIENCE
    while True:
        if await kept(fleet, *columns) == [*wanted]:
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def fail(_: Errand) -> None:
    message = "ada@rider.example"
    raise ValueError(message)


async def hang(_: Errand) -> None:
    await asyncio.Event().wait()
