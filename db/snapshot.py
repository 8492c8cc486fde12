"""One view of the database for one request."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from db.engine import BEGIN_READ, BROKEN, Engine, Lent, lend
from db.query import AnyQuery, Query, combined
from domain.access import Caller, Reach
from domain.fault import Overloaded

Ts = TypeVarTuple("Ts")

QUERIES_TOGETHER_MAX = 24
"""More than a page has; a bound on the size of one statement."""
ASK_AGAIN_SECONDS = 0.1


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

    Where its connection breaks, the view is OVERLOADED. With patience, in seconds, it waits for
    the database and goes on in a newer view instead.
    """

    def __init__(self, engine: Engine, caller: Caller, patience: float = 0) -> None:
        self._engine = engine
        self._caller = caller
        self._patience = patience
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
        await self._give_back()

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
        text = combined([asked.query for asked in leaving])
        arguments = [value for asked in leaving for value in asked.arguments]
        self.statements += 1
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        while True:
            try:
                return await self._rows(text, arguments)
            except Overloaded:
                if loop.time() >= end:
                    raise
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    async def _rows(self, text: str, arguments: Sequence[object]) -> Sequence[Any]:
        if self._lent is None:
            self._lent = await lend(self._engine, BEGIN_READ, self._caller)
        try:
            return tuple(await self._lent.raw.fetchrow(text, *arguments) or ())
        except BROKEN as error:
            await self._give_back()
            raise Overloaded from error

    async def _give_back(self) -> None:
        """End the view. What was read in it stays true where its connection broke meanwhile."""
        lent, self._lent = self._lent, None
        if lent is not None:
            with suppress(*BROKEN):
                await lent.give_back("COMMIT")
