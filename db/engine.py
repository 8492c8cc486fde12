"""How transactions begin: two ways, one to write and one to read, both under row policies.

SQLAlchemy keeps the pool; the statements run on asyncpg's own connections.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVarTuple

import asyncpg
import orjson
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoPlaceInTime
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.query import Query
from domain.access import Caller, Reach
from domain.fault import Overloaded

Ts = TypeVarTuple("Ts")
Engine: TypeAlias = AsyncEngine

POOL_PLACES = 10
POOL_WAIT_SECONDS = 2
ALONE_SECONDS = 5
END_SECONDS = 5

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
            await self.raw.execute(end, timeout=END_SECONDS)
        except BaseException:
            self.raw.terminate()
            await self.pooled.invalidate()
            raise
        finally:
            await self.pooled.close()


async def lend(engine: AsyncEngine, begin: str, caller: Caller) -> Lent:
    """A connection of the pool, its transaction begun for a caller in one round trip.

    Connections that broke while they lay in the pool are thrown away; OVERLOADED where PostgreSQL
    takes none.
    """
    settings = {
        "subaccounts": quoted(",".join(caller.reach.subaccounts)),
        "caller": quoted(caller.credential),
    }
    for _ in range(POOL_PLACES + 1):
        pooled = await _place(engine)
        try:
            raw = await _raw(pooled)
            await raw.execute(begin.format_map(settings))
        except BaseException as error:
            await pooled.invalidate()
            await pooled.close()
            if isinstance(error, BROKEN):
                continue
            raise
        return Lent(pooled, raw)
    raise Overloaded


def quoted(text: str) -> str:
    """A text inside a string constant of SQL; the begin is one script, which takes no arguments."""
    return text.replace("'", "''").replace("\0", "")


class Conflict(Exception):
    """Another transaction was in the way; nothing was done, and the unit may be tried again."""


class Lost(Exception):
    """The connection broke before COMMIT; nothing was done, and the unit may be tried again."""


class Unknown(Exception):
    """The connection broke during COMMIT: whether anything was done, only the rows tell.

    The transaction's number tells nothing: after a crash PostgreSQL gives it to another one.
    """


IN_THE_WAY = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a statement on a connection that heard of its end before
    OSError,
)
"""How a connection that broke, or that nobody takes, shows itself; an answer too late, too."""


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
    except BaseException as error:
        try:
            await lent.give_back("ROLLBACK")
        except BROKEN as lost:
            raise Lost from lost
        if isinstance(error, IN_THE_WAY):
            raise Conflict from error
        raise
    try:
        await lent.give_back("COMMIT")
    except BROKEN as error:
        raise Unknown from error


async def alone(engine: AsyncEngine, query: Query[*Ts], /, **given: object) -> list[tuple[*Ts]]:
    """Run one query outside of any fleet and transaction: what signing in needs, and no more."""
    arguments = query.arguments(Reach(()), given)
    for _ in range(POOL_PLACES + 1):
        pooled = await _place(engine)
        try:
            raw = await _raw(pooled)
            return query.decode(await raw.fetch(query.text, *arguments, timeout=ALONE_SECONDS))
        except BaseException as error:
            await pooled.invalidate()
            if isinstance(error, TimeoutError):  # it hangs: the next connection would as well
                raise Overloaded from error
            if not isinstance(error, BROKEN):
                raise
        finally:
            await pooled.close()
    raise Overloaded


async def _place(engine: AsyncEngine) -> AsyncConnection:
    """A place in the pool; OVERLOADED where none is free in time, or PostgreSQL takes nobody."""
    try:
        return await engine.connect()
    except (NoPlaceInTime, DBAPIError, *BROKEN) as error:
        raise Overloaded from error


async def _raw(pooled: AsyncConnection) -> "asyncpg.Connection[Any]":
    """The connection of the driver, on which statements run."""
    raw = (await pooled.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)  # noqa: S101  (the engine's driver)
    return raw
