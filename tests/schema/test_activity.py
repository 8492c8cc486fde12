"""When a rider was last active: by its own newest request, and by nobody else's (CUS-8)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from db.embedded import Addresses
from domain.access import CallerKind, Role, Scope
from server.development import RIDERS
from tests.api import Api
from tests.conftest import Clock, connected, served
from tests.make import HOUR, JOINED, Fleet, Make

NOON = datetime(2026, 5, 1, 12, 0, 41, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EARLIER = NOON - 5 * MINUTE
PROFILE = "query ($id: ID!) { customer(id: $id) { name lastActiveAt } }"
ME = "{ me { lastActiveAt } }"


async def active(api: Api, fleet: Fleet, customer: str) -> str | None:
    """What an operator is told."""
    told = await api.get(await fleet.operator(), PROFILE, id=customer)
    at: str | None = told["customer"]["lastActiveAt"]
    return at


async def written(store: asyncpg.Pool, customer: str) -> Any:
    """The transaction that last wrote a customer's row."""
    return await store.fetchval("SELECT xmin::text FROM customer WHERE id = $1", customer)


async def ask(api: Api, token: str, fleet_id: str | None = None) -> int:
    """A rider's request, in the fleet that it names; gives the status of the answer."""
    headers = {"Authorization": f"Bearer {token}"}
    if fleet_id is not None:
        headers["X-Subaccount-Id"] = fleet_id
    return (await api.client.post("/graphql", json={"query": ME}, headers=headers)).status_code


@pytest.mark.rule("CUS-8")
async def test_a_riders_newest_request_is_told_to_the_minute(
    api: Api, fleet: Fleet, clock: Clock
) -> None:
    clock.at = NOON
    customer = await fleet.customer()
    rider = await fleet.rider(customer)
    before = await active(api, fleet, customer)

    first = await api.get(rider, ME)
    clock.at = NOON + 9 * MINUTE
    newest = await api.get(rider, ME)

    assert before is None
    assert first == {"me": {"lastActiveAt": "2026-05-01T12:00:00Z"}}
    assert newest == {"me": {"lastActiveAt": "2026-05-01T12:09:00Z"}}
    assert await active(api, fleet, customer) == "2026-05-01T12:09:00Z"


@pytest.mark.rule("CUS-8")
async def test_nothing_is_written_twice_in_a_minute_nor_set_back(
    api: Api, fleet: Fleet, clock: Clock, store: asyncpg.Pool
) -> None:
    clock.at = EARLIER
    customer = await fleet.customer()
    rider = await fleet.rider(customer)
    clock.at = NOON
    await api.get(rider, ME)
    once = await written(store, customer)

    for at in (NOON, NOON.replace(second=59), EARLIER):  # servers' clocks differ
        clock.at = at
        await api.get(rider, ME)

    assert await written(store, customer) == once
    assert await active(api, fleet, customer) == "2026-05-01T12:00:00Z"


@pytest.mark.rule("CUS-8")
async def test_operators_and_partners_who_look_at_a_rider_never_move_it(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer()
    await fleet.rider(customer)
    watchers = [
        await fleet.operator(),
        await fleet.make.operator(role=Role.SUPER_ADMIN),
        await fleet.partner(Scope.CUSTOMERS_READ),
    ]

    seen = [await api.get(who, PROFILE, id=customer) for who in watchers]

    assert seen == [{"customer": {"name": "Ada Lovelace", "lastActiveAt": None}}] * 3
    assert await active(api, fleet, customer) is None


@pytest.mark.rule("CUS-8")
async def test_one_rider_moves_no_other(api: Api, fleet: Fleet, clock: Clock) -> None:
    clock.at = NOON
    ada, bob = await fleet.customer(), await fleet.customer()
    await fleet.rider(bob)

    await api.get(await fleet.rider(ada), PROFILE, id=bob)

    assert await active(api, fleet, ada) == "2026-05-01T12:00:00Z"
    assert await active(api, fleet, bob) is None


@pytest.mark.rule("CUS-8")
async def test_a_blocked_rider_is_active_and_a_deleted_one_is_not(
    api: Api, fleet: Fleet, clock: Clock, store: asyncpg.Pool
) -> None:
    clock.at = NOON
    blocked = await fleet.customer(blocked_at=JOINED, blocked_reason="Damage")
    deleted = await fleet.customer(deleted_at=JOINED)
    welcome, gone = await fleet.rider(blocked), await fleet.rider(deleted)
    untouched = await written(store, deleted)

    answered = [await ask(api, who.token, id) for who in (welcome, gone) for id in (None, fleet.id)]

    assert answered == [200, 200, 401, 401]
    assert await active(api, fleet, blocked) == "2026-05-01T12:00:00Z"
    assert await active(api, fleet, deleted) is None
    assert await written(store, deleted) == untouched


@pytest.mark.rule("CUS-8")
async def test_a_rider_of_several_fleets_is_active_in_the_one_that_it_names(
    api: Api, make: Make, clock: Clock
) -> None:
    clock.at = NOON
    fleets = [await make.fleet() for _ in range(2)]
    customers = [await each.customer() for each in fleets]
    for each, customer in zip(fleets, customers, strict=True):
        await each.row("rider", issuer=RIDERS, subject=customers[0], customer_id=customer)
    token = make.issuer.mint(CallerKind.RIDER, customers[0], HOUR)

    async def moved() -> list[str | None]:
        pairs = zip(fleets, customers, strict=True)
        return [await active(api, each, customer) for each, customer in pairs]

    nowhere = ["", "no id", "\0", (await make.fleet()).id]
    unnamed = await ask(api, token)
    elsewhere = [await ask(api, token, fleet_id) for fleet_id in nowhere]
    before = await moved()
    await ask(api, token, fleets[1].id)

    assert (unnamed, elsewhere) == (400, [200] * 4)
    assert before == [None, None]
    assert await moved() == [None, "2026-05-01T12:00:00Z"]


@pytest.mark.rule("CUS-8")
async def test_signing_in_waits_for_no_lock(
    api: Api, fleet: Fleet, clock: Clock, store: asyncpg.Pool
) -> None:
    clock.at = NOON
    customer = await fleet.customer()
    rider = await fleet.rider(customer)

    async with store.acquire() as other, other.transaction():
        await other.execute("UPDATE customer SET name = 'Ada King' WHERE id = $1", customer)
        async with asyncio.timeout(2):
            meanwhile = await api.get(rider, ME)
    afterwards = await api.get(rider, ME)

    assert meanwhile == {"me": {"lastActiveAt": None}}
    assert afterwards == {"me": {"lastActiveAt": "2026-05-01T12:00:00Z"}}


@pytest.mark.rule("CUS-8")
async def test_servers_that_a_rider_asks_at_once_agree(
    api: Api, database: Addresses, fleet: Fleet, clock: Clock
) -> None:
    clock.at = NOON
    customer = await fleet.customer()
    rider = await fleet.rider(customer)

    async with connected(database) as engine, served(engine, fleet.make, clock) as other:
        for minute in range(5):
            clock.at = NOON + minute * MINUTE
            asked = [each.answer(rider, ME) for each in (api, other) for _ in range(8)]
            answers = await asyncio.gather(*asked)

            assert {answer.status_code for answer in answers} == {200}
            assert await active(api, fleet, customer) == f"2026-05-01T12:0{minute}:00Z"


async def test_the_gate_writes_of_a_customer_when_it_was_active_and_nothing_else(
    store: asyncpg.Pool,
) -> None:
    writable = await store.fetch(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
        " AND has_column_privilege('kickstand_gate', c.oid, a.attnum, 'INSERT, UPDATE')"
    )

    assert [tuple(row) for row in writable] == [("customer", "last_active_at")]


async def test_a_server_of_the_release_before_signs_riders_in(
    database: Addresses, fleet: Fleet, store: asyncpg.Pool
) -> None:
    customer = await fleet.customer()
    await fleet.rider(customer)
    untouched = await written(store, customer)

    connection = await asyncpg.connect(database.application)
    found = await connection.fetch("SELECT * FROM sign_in_rider($1, $2)", RIDERS, customer)
    await connection.close()

    assert [tuple(row) for row in found] == [(fleet.id, customer, False)]
    assert await written(store, customer) == untouched
