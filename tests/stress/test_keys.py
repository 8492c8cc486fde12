"""One key, one effect, however many ask at once and whoever is killed meanwhile (WAL-8)."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from random import Random
from typing import Any

import pytest

from db.embedded import Addresses
from tests.api import Api, codes
from tests.conftest import Clock, connected, served
from tests.make import Fleet, Make, Who, usd

CREDIT = """mutation ($input: AddWalletCreditInput!) { addWalletCredit(input: $input) {
  transactions { id } replayed userErrors { code } } }"""
KILL = """
SELECT count(pg_terminate_backend(pid)) FROM (
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND usename = 'kickstand' AND backend_xid IS NOT NULL
  ORDER BY random() LIMIT 1
) holder
"""
AT_ONCE = 4
"""Keys under way at the same time."""
SERVERS = 2
SMALL = 10


@pytest.fixture
async def servers(database: Addresses, make: Make, clock: Clock) -> AsyncIterator[list[Api]]:
    """Several servers over one database, each with a pool of its own."""
    async with AsyncExitStack() as held:
        engines = [await held.enter_async_context(connected(database)) for _ in range(SERVERS)]
        yield [await held.enter_async_context(served(each, make, clock)) for each in engines]


class Crowd:
    """Clients that all send the same request, and repeat it until they hear its outcome."""

    def __init__(self, servers: list[Api], who: Who, customer: str) -> None:
        self.servers = servers
        self.who = who
        self.customer = customer
        self.told: Counter[str] = Counter()
        self.chance = Random(7)  # noqa: S311  (much the same crowd each time)
        self.over = asyncio.Event()

    async def credit(self, key: str, dollars: str = "1") -> dict[str, Any]:
        given = {"customerId": self.customer, "amount": usd(dollars), "idempotencyKey": key}
        while True:
            api = self.chance.choice(self.servers)
            answer = await api.ask(self.who, CREDIT, input=given)
            told = {code for _, code in codes(answer)}
            if not told:
                break
            assert told <= {"IN_PROGRESS", "OVERLOADED"}, answer
            self.told.update(told)
            await asyncio.sleep(self.chance.uniform(0.01, 0.1))
        payload: dict[str, Any] = answer["data"]["addWalletCredit"]
        self.told["replayed"] += payload["replayed"]
        return payload

    async def ask(self, keys: int, copies: int) -> list[set[str]]:
        """What all copies of each key's request were told that it made: one set a key."""
        places = asyncio.Semaphore(AT_ONCE)

        async def at_once(key: str) -> set[str]:
            async with places:
                told = await asyncio.gather(*(self.credit(key) for _ in range(copies)))
            assert all(payload["userErrors"] == [] for payload in told)
            return {line["id"] for payload in told for line in payload["transactions"]}

        made = await asyncio.gather(*(at_once(f"key {number}") for number in range(keys)))
        self.over.set()
        return made

    async def kill(self, fleet: Fleet) -> None:
        """End one transaction after the other that holds a key."""
        while not self.over.is_set():
            self.told["killed"] += await fleet.make.store.fetchval(KILL)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("keys", "copies"), [(SMALL, 20), pytest.param(200, 50, marks=pytest.mark.stress)]
)
async def test_a_key_has_one_effect_and_all_who_repeat_it_hear_of_the_same(
    servers: list[Api], fleet: Fleet, keys: int, copies: int, capsys: pytest.CaptureFixture[str]
) -> None:
    crowd = Crowd(servers, await fleet.operator(), await fleet.customer())

    made, _ = await asyncio.gather(crowd.ask(keys, copies), crowd.kill(fleet))
    others = [await crowd.credit(f"key {number}", "2") for number in range(keys)]

    if keys > SMALL:
        with capsys.disabled():
            sys.stdout.write(f"\n{keys} keys, {copies} requests each: {dict(crowd.told)}\n")
    rows = await fleet.make.store.fetch("SELECT id FROM entry WHERE subaccount_id = $1", fleet.id)
    assert [len(each) for each in made] == [1] * keys
    assert {row["id"] for row in rows} == set().union(*made)
    assert await fleet.kept() == {"entry": keys, "audit_entry": keys}
    assert crowd.told["replayed"] == keys * (copies - 1)
    assert crowd.told["killed"] > 0
    assert {error["code"] for each in others for error in each["userErrors"]} == {
        "IDEMPOTENCY_KEY_REUSED"
    }
