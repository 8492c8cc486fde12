"""What a server asks of its database for one page, as the wire has it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import asyncpg
import httpx
from sqlalchemy import event
from sqlalchemy.pool import Pool
from starlette.applications import Starlette

from benchmarks.pages import Request

SIGN_IN = "sign_in_"
ENTRY = ("BEGIN", "COMMIT")
"""How the round trips begin that open and close a transaction."""
WARM_UP = 12
"""More requests than the pools have connections, each of which asks once for the types it meets."""


class Trips(NamedTuple):
    """The round trips of one answer: those that fetch the page, and all of them."""

    data: float
    in_all: float


async def trips(app: Starlette, request: Request) -> Trips:
    """Those of a request to a server in this process, once its connections know the types."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
        _sent(app) as sent,
    ):
        for _ in range(WARM_UP + 1):
            sent.clear()
            await request.answer(http)
            await asyncio.sleep(0)  # the last one is noted a tick later
        data = [text for text in sent if SIGN_IN not in text and not text.startswith(ENTRY)]
        return Trips(len(data), len(sent))


@asynccontextmanager
async def _sent(app: Starlette) -> AsyncIterator[list[str]]:
    """Every round trip from here on, of SQLAlchemy's connections and of a pool of asyncpg's own."""
    sent: list[str] = []

    def note(query: Any) -> None:
        sent.append(query.query)

    def taken(connection: Any, *_: object) -> None:
        connection.driver_connection.add_query_logger(note)

    async with AsyncExitStack() as at_once:
        pools: list[asyncpg.Pool] = [app.state.pool] if hasattr(app.state, "pool") else []
        for pool in pools:
            for _ in range(pool.get_size()):
                (await at_once.enter_async_context(pool.acquire())).add_query_logger(note)
    event.listen(Pool, "checkout", taken)
    try:
        yield sent
    finally:
        event.remove(Pool, "checkout", taken)
