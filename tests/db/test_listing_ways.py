"""The two ways to a page of customers, each forced, give the rows that the crowd is made of."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import product
from typing import Any

import asyncpg
import orjson
import pytest

from tests.crowd import Crowd, Person
from tests.listed import DIRECTIONS, ORDERS, ordered
from tests.make import JOINED, Fleet

WAYS = {"walk": {}, "gather": {"near CONSTANT integer": "1", "step CONSTANT float": "1e12"}}
"""What is set otherwise in the function: to gather, a walk looks at one and is too dear."""
MANY_MORE = 10**6
KNOWN = """
CREATE OR REPLACE FUNCTION is_known(fleet text) RETURNS boolean LANGUAGE sql RETURN true
"""
"""Of the sixty the planner may know or not."""
LISTED = "SELECT listed_customers($1, $2, $3, $4, $5, $6, $7)"
NEVER = {"ASC": "infinity", "DESC": "-infinity"}
SIZE = 3
QUESTIONS: list[tuple[dict[str, Any], Callable[[Person], bool]]] = [
    ({"device_os": ["IOS", "ANDROID"], "tab": "ALL"}, lambda one: one.device != "UNKNOWN"),
    ({"words": [["LEE", "zz"]], "tab": "ALL"}, lambda one: "lee" in one.key("NAME")),
    ({"has_payment_method": True, "tab": "ACTIVE"}, lambda one: one.card),
    (
        {"joined_from": JOINED, "last_active_from": JOINED, "tab": "IDENTITY_REQUIRED"},
        lambda one: one.active is not None,
    ),
]


def places(kept: list[Person], order: str, direction: str) -> Iterator[tuple[list[Any], list[str]]]:
    """A page from either end and one from the middle either way, and the ids of each."""
    ids = ordered(kept, order, direction)
    middle = next(one for one in kept if one.id == ids[SIZE])
    key = middle.key(order)
    written = NEVER[direction] if key is None else key
    told = written.isoformat() if isinstance(written, datetime) else str(written)
    yield [False, None, None], ids[:SIZE]
    yield [True, None, None], ids[: -SIZE - 1 : -1]
    yield [False, told, middle.id], ids[SIZE + 1 : 2 * SIZE + 1]
    yield [True, told, middle.id], ids[SIZE - 1 :: -1]


@asynccontextmanager
async def forced(connection: Any, crowd: Crowd, way: str) -> AsyncIterator[None]:
    """The one way alone, as in a large fleet, until it is rolled back."""
    trial = connection.transaction()
    await trial.start()
    await connection.execute("SELECT set_config('app.subaccounts', $1, true)", crowd.fleet.id)
    await connection.execute(
        "UPDATE customer_tally SET total = $2 WHERE subaccount_id = $1", crowd.fleet.id, MANY_MORE
    )
    function = await connection.fetchval("SELECT pg_get_functiondef('listed_customers'::regproc)")
    for constant, value in WAYS[way].items():
        function, times = re.subn(rf"({constant} := )\d+", rf"\g<1>{value}", function)
        assert times == 1
    await connection.execute(function)
    await connection.execute(KNOWN)
    try:
        yield
    finally:
        await trial.rollback()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("question", "keeps"), QUESTIONS)
async def test_either_way_gives_every_page_of_every_order(
    store: asyncpg.Pool,
    crowd: Crowd,
    way: str,
    question: dict[str, Any],
    keeps: Callable[[Person], bool],
) -> None:
    kept = [one for one in crowd.people if keeps(one) and one.in_tab(question["tab"])]
    asked = orjson.dumps({"fleet": crowd.fleet.id, "contact": True, **question}).decode()
    assert len(kept) > 2 * SIZE

    async with store.acquire() as connection, forced(connection, crowd, way):
        for order, direction in product(ORDERS[:: 6 if "words" in question else 1], DIRECTIONS):
            for place, ids in places(kept, order, direction):
                given = (order, direction == "DESC", *place, SIZE)
                assert await connection.fetchval(LISTED, asked, *given) == ids, given


MANY = """
INSERT INTO customer
  (subaccount_id, id, number, name, device_os, locale, joined_at, referral_code)
SELECT $1, 'cust_' || lpad(i::text, 26, '0'), i, 'Ann Lee', 'IOS', 'en-US', now(), 'R' || i
FROM generate_series(1, $2::integer) i
"""
ANN = {"tab": "UNBLOCKED", "words": [["lee"], ["ann"]], "contact": True, "device_os": ["IOS"]}


OUTDATED = (
    "SELECT",
    "ANALYZE customer",
    "ANALYZE customer_search",
    "ANALYZE customer, customer_search",
)


@pytest.mark.parametrize("analyzed", OUTDATED)
@pytest.mark.parametrize("customers", [2000, 6000])
async def test_a_fleet_that_the_planner_knows_nothing_of_is_searched_at_once(
    store: asyncpg.Pool, fleet: Fleet, customers: int, analyzed: str
) -> None:
    await store.execute(analyzed)
    await store.execute(MANY, fleet.id, customers)
    await fleet.called("recount_customers", fleet.id)
    asked = orjson.dumps({"fleet": fleet.id, **ANN}).decode()

    async with store.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.subaccounts', $1, true)", fleet.id)
        await connection.execute("SET LOCAL statement_timeout = '1s'")
        first = ("JOINED", *(True, False), None, None, SIZE)
        found = await connection.fetchval(LISTED, asked, *first)
        count = await connection.fetchval("SELECT counted_customers($1, 1000)", asked)

    assert (len(found), count) == (SIZE, 1000)
