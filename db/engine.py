"""How transactions begin: two ways, one to write and one to read, both under row policies.

SQLAlchemy keeps the pool; the statements run on asyncpg's own connections.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVarTuple

import asyncpg
import orjson
from sqlalchemy.exc import TimeoutError as NoPlaceInTime
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.query import AnyQuery, Query, combined
from domain.access import Caller, Reach
from domain.fault import Overloaded

Ts = TypeVarTuple("Ts")
Engine: TypeAlias = AsyncEngine

POOL_PLACES = 10
POOL_WAIT_SECONDS = 2
ALONE_SECONDS = 5
QUERIES_TOGETHER_MAX = 24
"""More than a page has; a bound on the size of one statement."""

# Transaction-local, so that a pooled connection never carries one caller's rows to the next.
LIMITS = (
    "SET LOCAL lock_timeout = '250ms'; SET LOCAL statement_timeout = '5s';"
    " SET LOCAL idle_in_transaction_session_timeout = '10s'"
)
TENANT = (
    "SELECT set_config('app.subaccounts', '{subaccounts}', true),"
    " set_config('app.caller', '{caller}', true)"
)
BEGIN_READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {LIMITS}; {TENANT}"
BEGIN_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED; {LIMITS}; {TENANT}"


def connect(url: str, *, pgbouncer: bool = False) -> AsyncEngine:
    """The pool of one process. Behind PgBouncer no statement stays prepared."""
    # A page's statement is longer than what asyncpg would keep prepared by itself.
    caching = {"statement_cache_size": 0} if pgbouncer else {"max_cacheable_statement_size": 0}
    return create_async_engine(
        url,
        pool_size=POOL_PLACES,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        json_deserializer=orjson.loads,
        pool_reset_on_return=None,  # every transaction of ours ends, or its connection does
        connect_args={"timeout": 10, "prepared_statement_cache_size": 0, **caching},
    )


@dataclass(slots=True)
class Lent:
    """A connection of the pool in one transaction of ours."""

    pooled: AsyncConnection
    raw: "asyncpg.Connection[Any]"

    async def give_back(self, end: str) -> None:
        """End the transaction; a connection on which that fails is thrown away."""
        try:
            await self.raw.execute(end)
        except BaseException:
            self.raw.terminate()
            await self.pooled.invalidate()
            raise
        finally:
            await self.pooled.close()


async def lend(engine: AsyncEngine, begin: str, caller: Caller) -> Lent:
    """A connection of the pool, its transaction begun for a caller in one round trip."""
    pooled = await _place(engine)
    try:
        raw = await _raw(pooled)
        settings = {
            "subaccounts": quoted(",".join(caller.reach.subaccounts)),
            "caller": quoted(caller.id),
        }
        await raw.execute(begin.format_map(settings))
    except BaseException:
        await pooled.invalidate()
        await pooled.close()
        raise
    return Lent(pooled, raw)


def quoted(text: str) -> str:
    """A text inside a string constant of SQL; the begin is one script, which takes no arguments."""
    return text.replace("'", "''").replace("\0", "")


class Conflict(Exception):
    """Another transaction was in the way; nothing was done, and the unit may be tried again."""


IN_THE_WAY = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)


class Writing:
    """A transaction that writes; its queries run at once, one after the other."""

    def __init__(self, raw: "asyncpg.Connection[Any]") -> None:
        self.raw = raw

    async def rows(self, query: Query[*Ts], reach: Reach, /, **given: object) -> list[tuple[*Ts]]:
        return query.decode(await self.raw.fetch(query.text, *query.arguments(reach, given)))


@asynccontextmanager
async def write(engine: AsyncEngine, caller: Caller) -> AsyncIterator[Writing]:
    """A transaction that commits whole or not at all. Only the Performer opens one."""
    lent = await lend(engine, BEGIN_WRITE, caller)
    try:
        yield Writing(lent.raw)
    except IN_THE_WAY as error:
        await lent.give_back("ROLLBACK")
        raise Conflict from error
    except BaseException:
        await lent.give_back("ROLLBACK")
        raise
    await lent.give_back("COMMIT")


@dataclass(slots=True)
class Pending:
    """A query of a snapshot that waits for its rows."""

    query: AnyQuery
    arguments: Sequence[object]
    answer: asyncio.Future[Any]

    def succeed(self, rows: Sequence[Any]) -> None:
        if not self.answer.done():
            self.answer.set_result(rows)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Snapshot:
    """One read-only view of the database for one request, which its loaders share.

    A connection is taken at the first query, and none if there is none. Queries that wait at the
    same time leave together, as one statement: a page costs a round trip a level, not a field.
    """

    def __init__(self, engine: AsyncEngine, caller: Caller) -> None:
        self._engine = engine
        self._caller = caller
        self._lent: Lent | None = None
        self._waiting: list[Pending] = []
        self._sending: asyncio.Task[None] | None = None
        self.statements = 0

    async def rows(self, query: Query[*Ts], reach: Reach, /, **given: object) -> list[tuple[*Ts]]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(Pending(query, query.arguments(reach, given), future))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return query.decode(await future)

    async def close(self) -> None:
        """End the view and give the connection back; a query still under way is given up."""
        if self._sending is not None:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending
        lent, self._lent = self._lent, None
        if lent is not None:
            await lent.give_back("COMMIT")

    async def _send(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # siblings that ask in the same tick come along
                leaving = self._waiting[:QUERIES_TOGETHER_MAX]
                del self._waiting[:QUERIES_TOGETHER_MAX]
                await self._answer(leaving)
        finally:
            self._sending = None
            for asked in self._waiting:
                asked.answer.cancel()

    async def _answer(self, leaving: Sequence[Pending]) -> None:
        """Send some queries as one statement; an error of it is the answer to each of them."""
        try:
            found = await self._fetch(leaving)
        except asyncio.CancelledError:
            for asked in leaving:
                asked.answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001  (told to each that waits)
            for asked in leaving:
                asked.fail(error)
        else:
            for asked, rows in zip(leaving, found, strict=True):
                asked.succeed(rows)

    async def _fetch(self, leaving: Sequence[Pending]) -> Sequence[Any]:
        if self._lent is None:
            self._lent = await lend(self._engine, BEGIN_READ, self._caller)
        self.statements += 1
        text = combined([asked.query for asked in leaving])
        arguments = [value for asked in leaving for value in asked.arguments]
        row = await self._lent.raw.fetchrow(text, *arguments)
        return tuple(row or ())


async def alone(engine: AsyncEngine, query: Query[*Ts], /, **given: object) -> list[tuple[*Ts]]:
    """Run one query outside of any fleet and transaction: what signing in needs, and no more."""
    pooled = await _place(engine)
    try:
        raw = await _raw(pooled)
        arguments = query.arguments(Reach(()), given)
        return query.decode(await raw.fetch(query.text, *arguments, timeout=ALONE_SECONDS))
    except BaseException:
        await pooled.invalidate()
        raise
    finally:
        await pooled.close()


async def _place(engine: AsyncEngine) -> AsyncConnection:
    """A place in the pool; OVERLOADED where none is free in time."""
    try:
        return await engine.connect()
    except NoPlaceInTime as error:
        raise Overloaded from error


async def _raw(pooled: AsyncConnection) -> "asyncpg.Connection[Any]":
    """The connection of the driver, on which statements run."""
    raw = (await pooled.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)  # noqa: S101  (the engine's driver)
    return raw
