"""What the resolvers of one request share."""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import strawberry
from aiodataloader import DataLoader

from actions.action import Action, Outcome, Performer, Result
from db.engine import Engine
from db.query import Connection
from db.snapshot import Snapshot
from domain.access import Client, Reach
from domain.origin import Origin

P = ParamSpec("P")
R = TypeVar("R", bound=Result)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Fetch: TypeAlias = Callable[[Connection, Reach, list[K]], Awaitable[Mapping[Any, V]]]
BATCH_KEYS_MAX = 1000
PATIENCE_SECONDS = 10
"""That an answer waits for the database, to show what an action changed (WAL-0)."""


class Context:
    """One request: who asks, when, and the one view of the database that its fields share."""

    def __init__(
        self,
        engine: Engine,
        performer: Performer,
        clock: Callable[[], datetime],
        caller: Client,
        origin: Origin,
    ) -> None:
        self._engine = engine
        self._performer = performer
        self.now = clock()
        self.caller = caller
        self.origin = origin
        self.snapshot = Snapshot(engine, caller)
        self._loaders: dict[Fetch[Hashable, object], DataLoader[Hashable, object]] = {}

    def loader(self, fetch: Fetch[K, V]) -> DataLoader[K, V | None]:
        """The request's own loader over a query; a key that it does not find loads as None.

        Made at first use and never shared between requests: rows must not reach another caller.
        """
        known = cast("Fetch[Hashable, object]", fetch)
        if known not in self._loaders:
            made = self._batched(fetch)
            self._loaders[known] = cast("DataLoader[Hashable, object]", made)
        return cast("DataLoader[K, V | None]", self._loaders[known])

    def _batched(self, fetch: Fetch[K, V]) -> DataLoader[K, V | None]:
        async def batch(keys: list[K]) -> list[V | None]:
            found = await fetch(self.snapshot, self.caller.reach, keys)
            return [found.get(key) for key in keys]

        return DataLoader(batch, max_batch_size=BATCH_KEYS_MAX)

    async def load(self, fetch: Fetch[K, V], key: K) -> V | None:
        """What a query gives for one key, asked together with what other fields ask of it."""
        return await self.loader(fetch).load(key)

    async def perform(
        self, action: Action[P, R], key: str | None, *args: P.args, **kwargs: P.kwargs
    ) -> Outcome[R]:
        """Perform an action on its own connection, then read afresh.

        The snapshot is given back first: a request never holds two connections, so requests
        cannot wait on each other for the pool, and the answer shows what the action changed.
        """
        await self.become(self.caller)
        return await self._performer(self.caller, self.origin, action, key, *args, **kwargs)

    async def become(self, caller: Client) -> None:
        """Read what an action did, as this caller: a rider who signs up is another from here on."""
        await self.close()
        self.caller = caller
        self.snapshot = Snapshot(self._engine, caller, PATIENCE_SECONDS)
        self._loaders = {}

    async def close(self) -> None:
        """Give the connection back; to be called however the request ends."""
        await self.snapshot.close()


Info: TypeAlias = strawberry.Info[Context, None]
