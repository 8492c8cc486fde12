"""The counters while everything is written at once, and some of it killed in the middle (LST-6)."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from random import Random
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from db.embedded import Addresses, Cluster
from db.invariants import offenders, promises
from domain.ids import Prefix
from tests.api import Api, codes
from tests.conftest import Clock, application
from tests.loyal import NOON
from tests.make import JOINED, NUMBERS, Fleet, Who, new, usd
from tests.serving import serving

CREDIT = """mutation ($input: AddWalletCreditInput!) { addWalletCredit(input: $input) {
  transactions { id } replayed userErrors { code } } }"""
CARDS = """query ($id: ID!) { subaccount(id: $id) {
  customerSummary { total walletValue { amount } } customerTabs { tab count } } }"""
PROMISED = [name for name in promises() if name.startswith(("LST-6", "CUS-5: the accounts"))]
TURNS = (
    {"blocked_at": NOON, "blocked_reason": "Ran off"},
    {"blocked_at": None, "blocked_reason": None},
    {"identity_required": True, "identity_status": "PENDING"},
    {"identity_required": False, "identity_status": "NOT_REQUIRED"},
    {"completed_rides": 1},
    {"completed_rides": 0},
    {"name": "Augusta"},
    {"deleted_at": NOON},
    {"deleted_at": None},
    {"deleted_at": None},
)
KILL = """
SELECT count(pg_terminate_backend(pid)) FROM (
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND usename = 'kickstand' AND backend_xid IS NOT NULL
  ORDER BY random() LIMIT 1
) writing
"""
SECONDS = 2
CLIENTS = 16
PEOPLE = 20
CUT = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a connection says whose server end was killed."""


class Storm:
    """All that happens to a fleet at once, until it is told to end."""

    def __init__(
        self,
        fleet: Fleet,
        people: list[str],
        writers: asyncpg.Pool,
        judge: asyncpg.Connection,
    ) -> None:
        self.fleet = fleet
        self.people = people
        self.writers = writers
        self.judge = judge
        self.chance = Random(5)  # noqa: S311  (much the same storm each time)
        self.over = asyncio.Event()
        self.booked: set[str] = set()
        self.done: Counter[str] = Counter()

    async def blow(self, seconds: float, *winds: Callable[[], Awaitable[None]]) -> None:
        """Do all of these again and again for so long; each ends what it has begun."""

        async def again(wind: Callable[[], Awaitable[None]]) -> None:
            while not self.over.is_set():
                await wind()

        async with asyncio.TaskGroup() as group:
            for wind in winds:
                group.create_task(again(wind))
            await asyncio.sleep(seconds)
            self.over.set()

    def client(self, api: Api, who: Who) -> Callable[[], Awaitable[None]]:
        """One that credits a dollar to somebody, and asks until it is told what became of it."""
        keys = (f"{id(api)} {number}" for number in count())

        async def credit() -> None:
            asked = {
                "customerId": self.chance.choice(self.people),
                "amount": usd("1"),
                "note": "Sorry",
                "idempotencyKey": next(keys),
            }
            while codes(answer := await api.ask(who, CREDIT, input=asked)):
                told = {code for _, code in codes(answer)}
                assert told <= {"IN_PROGRESS", "OVERLOADED", "INTERNAL"}
                self.done.update(told)
            payload = answer["data"]["addWalletCredit"]
            refused = [error["code"] for error in payload["userErrors"]]
            assert refused in ([], ["CUSTOMER_DELETED"])
            self.booked.update(line["id"] for line in payload["transactions"])
            self.done["refused" if refused else "credits"] += 1

        return credit

    async def add(self) -> None:
        number = next(NUMBERS)
        values = {
            "subaccount_id": self.fleet.id,
            "id": new(Prefix.CUSTOMER),
            "number": number,
            "name": "Ada Lovelace",
            "device_os": "IOS",
            "locale": "en-US",
            "joined_at": JOINED,
            "referral_code": f"ADA{number}",
        }
        await self._write("added", "add_customer", values)

    async def change(self) -> None:
        somebody, turn = self.chance.choice(self.people), self.chance.choice(TURNS)
        await self._write("changed", "change_customer", self.fleet.id, somebody, turn)

    async def kill(self) -> None:
        await asyncio.sleep(0.1)
        self.done["killed"] += await self.fleet.make.store.fetchval(KILL)

    async def look(self) -> None:
        """Counters and a full count in the same snapshot."""
        async with self.judge.transaction(isolation="repeatable_read", readonly=True):
            for promise in PROMISED:
                assert await offenders(self.judge, promise, NOON, [self.fleet.id]) == []
        self.done["looks"] += 1

    async def _write(self, name: str, function: str, *values: Any) -> None:
        """One transaction, which may be killed before it ends."""
        given = [orjson.dumps(v).decode() if isinstance(v, dict) else v for v in values]
        places = ", ".join(f"${place}" for place in range(1, len(given) + 1))
        try:
            async with self.writers.acquire() as connection, connection.transaction():
                setting = "SELECT set_config('app.subaccounts', $1, true)"
                await connection.execute(setting, self.fleet.id)
                await connection.execute(f"SELECT {function}({places})", *given)
                await asyncio.sleep(0.002)
        except CUT:
            self.done["cut"] += 1
        else:
            self.done[name] += 1


@pytest.fixture
async def clients(engine: AsyncEngine, fleet: Fleet, clock: Clock) -> AsyncIterator[list[Api]]:
    """Clients of the server behind a socket, each with a connection of its own."""
    async with application(engine, fleet.make.issuer, clock) as app, serving(app) as address:
        made = [httpx.AsyncClient(base_url=address, timeout=30) for _ in range(CLIENTS)]
        yield [Api(client) for client in made]
        await asyncio.gather(*(client.aclose() for client in made))


@pytest.fixture
async def judge(server: Cluster, database: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """A connection above all policies, which sees every row that is counted."""
    name = make_url(database.application).database or ""
    connection = await asyncpg.connect(server.url("postgres", name))
    yield connection
    await connection.close()


@pytest.mark.rule("LST-6")
@pytest.mark.parametrize("seconds", [SECONDS, pytest.param(60, marks=pytest.mark.stress)])
async def test_the_counters_equal_a_full_count_at_any_time(
    clients: list[Api],
    fleet: Fleet,
    database: Addresses,
    judge: asyncpg.Connection,
    capsys: pytest.CaptureFixture[str],
    seconds: int,
) -> None:
    who = await fleet.operator()
    people = [await fleet.customer(balance=-500) for _ in range(PEOPLE)]
    async with asyncpg.create_pool(database.application, min_size=4, max_size=4) as writers:
        storm = Storm(fleet, people, writers, judge)
        crediting = [storm.client(api, who) for api in clients]
        beside = [storm.add, storm.add, storm.change, storm.change, storm.look, storm.kill]
        await storm.blow(seconds, *crediting, *beside)

    store, done = fleet.make.store, storm.done
    with capsys.disabled():
        sys.stdout.write(f"\n{seconds} s: {dict(done)}\n" if seconds > SECONDS else "")
    lines = await store.fetch(
        "SELECT id FROM entry WHERE subaccount_id = $1 AND kind = 'CREDIT'", fleet.id
    )
    assert {line["id"] for line in lines} == storm.booked
    assert len(storm.booked) == done["credits"]
    assert min(done[name] for name in ("credits", "added", "changed", "looks", "killed")) > 0
    await storm.look()
    shown = (await clients[0].get(who, CARDS, id=fleet.id))["subaccount"]
    kept = await store.fetchrow(
        "SELECT count(*) AS total, count(*) FILTER (WHERE blocked_at IS NOT NULL) AS blocked"
        " FROM customer WHERE subaccount_id = $1 AND deleted_at IS NULL",
        fleet.id,
    )
    tabs = {tab["tab"]: tab["count"] for tab in shown["customerTabs"]}
    assert (tabs["ALL"], tabs["BLOCKED"]) == tuple(kept or ())
