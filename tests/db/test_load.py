"""Loading fleets, as often as one likes (OPS-5)."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest

from db.embedded import Addresses
from db.load import Contradicted, Kind, Loaded, load
from server.load import read

EXAMPLE = Path(__file__).parents[2] / "docs" / "fleet.example.yaml"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
TABLES = (
    "subaccount", "region", "vehicle", "zone", "plan", "ride_package", "operator",
    "operator_assignment",
)  # fmt: skip
HEAD = """
fleets:
  - key: {own}
    name: {own}
    currency: {currency}
    timezone: America/New_York
    locale: en-US
    share_url: https://bay.example/r/
    policy: {{unlock_fee: 1, per_minute_rate: 1{policy}}}
    {more}
"""


class Loads:
    """Loads the file of a fleet of this test's own."""

    def __init__(self, owner: str, store: asyncpg.Pool) -> None:
        self.own = f"fleet-{uuid4().hex[:8]}"
        self._owner = owner
        self._store = store

    async def __call__(
        self, more: str = "", *, currency: str = "USD", policy: str = "", after: str = ""
    ) -> Loaded:
        head = HEAD.format(own=self.own, currency=currency, policy=policy, more=more)
        return await load(self._owner, read(f"{head}\n{after}", LATER))

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """The fleet's rows of a table, as they are kept."""
        key = "id" if table == "subaccount" else "subaccount_id"
        question = f"""
            SELECT t.* FROM {table} t JOIN subaccount s ON s.id = t.{key}
            WHERE s.name = $1 ORDER BY t::text
        """  # noqa: S608
        return [dict(row) for row in await self._store.fetch(question, self.own)]


@pytest.fixture
def loads(database: Addresses, store: asyncpg.Pool) -> Loads:
    return Loads(database.owner, store)


async def everything(store: asyncpg.Pool) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that a file could touch, with its place on disk: an update moves it."""
    return {
        table: [
            tuple(row)
            for row in await store.fetch(f"SELECT t.ctid, t.* FROM {table} t ORDER BY 1")  # noqa: S608
        ]
        for table in TABLES
    }


@pytest.mark.rule("OPS-5")
async def test_the_example_loads_and_the_second_time_changes_nothing(
    database: Addresses, store: asyncpg.Pool
) -> None:
    counts = {
        Kind.FLEET: 2, Kind.REGION: 2, Kind.VEHICLE: 2, Kind.ZONE: 1, Kind.PLAN: 1,
        Kind.PACKAGE: 2, Kind.OPERATOR: 2, Kind.ASSIGNMENT: 3,
    }  # fmt: skip

    first = await load(database.owner, read(EXAMPLE.read_text(), NOW))
    kept = await everything(store)
    second = await load(database.owner, read(EXAMPLE.read_text(), LATER))

    assert first == Loaded(new=Counter(counts))
    assert second == Loaded(same=Counter(counts))
    assert await everything(store) == kept


async def test_what_a_file_says_is_kept_as_it_says(loads: Loads) -> None:
    await loads(
        """zones: [{key: z, name: Pier, preferred_parking: true, reward_points: 5,
             rebalancing_multiplier: 1.25, boundary: [[0, 0], [1, 0], [1, 1]]}]
    plans: [{key: p, name: Monthly, price: 9.90, billing_frequency: MONTHLY, included_rides: 4}]
    packages: [{key: k, name: Ten, price: 25, rides: 10, valid_days: 90}]
    vehicles: [{code: V1, imei: 356938035643809, model: Max, battery_percent: 80,
                location: {longitude: -82.5, latitude: 27.5}}]"""
    )

    [zone], [plan] = await loads.rows("zone"), await loads.rows("plan")
    [package], [vehicle] = await loads.rows("ride_package"), await loads.rows("vehicle")

    ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    assert without_ids(zone) | {"boundary": orjson.loads(zone["boundary"])} == {
        "name": "Pier", "preferred_parking": True, "reward_points": 5,
        "rebalancing_multiplier": Decimal("1.250"), "boundary": ring,
    }  # fmt: skip
    assert without_ids(plan) == {
        "name": "Monthly", "price": 990, "billing_frequency": "MONTHLY", "included_rides": 4,
        "included_minutes": None, "active": True,
    }  # fmt: skip
    assert without_ids(package) == {
        "name": "Ten", "price": 2500, "rides": 10, "minutes": None, "valid_days": 90,
        "active": True,
    }  # fmt: skip
    assert without_ids(vehicle) == {
        "code": "V1", "imei": "356938035643809", "model": "Max", "status": "AVAILABLE",
        "battery_percent": 80, "last_signal_at": None, "latitude": 27.5, "longitude": -82.5,
        "added_at": LATER,
    }  # fmt: skip


def without_ids(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"id", "subaccount_id"}}


@pytest.mark.parametrize(
    ("currency", "minimum", "limit"),
    [
        ("USD", 50, 1_000_000), ("EUR", 50, 1_000_000), ("GBP", 50, 1_000_000),
        ("JPY", 50, 1_000_000), ("KWD", 150, 3_000_000), ("BHD", 50, 1_000_000),
    ],
)  # fmt: skip
async def test_a_new_fleet_has_the_policy_of_its_currency(
    loads: Loads, currency: str, minimum: int, limit: int
) -> None:
    await loads(currency=currency)

    [fleet] = await loads.rows("subaccount")

    unit = {"JPY": 1, "KWD": 1000, "BHD": 1000}.get(currency, 100)
    assert without_ids(fleet) == {
        "name": loads.own, "currency": currency, "timezone": "America/New_York",
        "default_locale": "en-US", "share_url": "https://bay.example/r/",
        "payment_mode": "WALLET", "minimum_wallet_balance": minimum, "unlock_fee": unit,
        "per_minute_rate": unit, "vehicle_online_window_minutes": 60, "operation_limit": limit,
        "minimum_age": 18, "prepaid_risk_countries": [], "identity_mode": "DISABLED",
        "identity_risk_threshold": 15, "auto_top_up_trigger_below": None,
        "auto_top_up_amount": None,
    }  # fmt: skip


async def test_a_changed_value_updates_and_what_is_absent_stays(loads: Loads) -> None:
    await loads(
        "regions: [{key: a, name: A}, {key: b, name: B}]",
        policy=", minimum_age: 21, auto_top_up: {trigger_below: 1, amount: 5}",
    )
    before = await loads.rows("subaccount")

    changed = await loads("regions: [{key: a, name: Aa}]", policy=", operation_limit: 20")

    assert changed == Loaded(changed=Counter({Kind.FLEET: 1, Kind.REGION: 1}))
    assert await loads.rows("subaccount") == [before[0] | {"operation_limit": 2000}]
    assert sorted(region["name"] for region in await loads.rows("region")) == ["Aa", "B"]


async def test_null_clears_what_may_be_empty(loads: Loads) -> None:
    plan = "key: p, name: P, price: 1, billing_frequency: DAILY"
    await loads(
        f"plans: [{{{plan}, included_rides: 4}}]",
        policy=", auto_top_up: {trigger_below: 1, amount: 5}",
    )

    await loads(f"plans: [{{{plan}, included_rides: null}}]", policy=", auto_top_up: null")

    [fleet], [kept] = await loads.rows("subaccount"), await loads.rows("plan")
    assert (fleet["auto_top_up_trigger_below"], fleet["auto_top_up_amount"]) == (None, None)
    assert kept["included_rides"] is None


async def test_where_a_vehicle_is_and_what_it_does_is_its_own_affair(
    loads: Loads, store: asyncpg.Pool
) -> None:
    vehicle = "code: V1, model: Max, battery_percent: 80, status: MAINTENANCE"
    await loads(f"vehicles: [{{{vehicle}, imei: 356938035643809}}]")
    [before] = await loads.rows("vehicle")
    live = {"status": "AVAILABLE", "battery_percent": 17, "latitude": 1.5, "longitude": 2.5}
    await store.execute(
        "UPDATE vehicle SET status = $2, battery_percent = $3, latitude = $4, longitude = $5"
        " WHERE id = $1",
        before["id"],
        *live.values(),
    )

    changed = await loads(f"vehicles: [{{{vehicle}, imei: 490154203237518}}]")

    assert changed == Loaded(changed=Counter({Kind.VEHICLE: 1}), same=Counter({Kind.FLEET: 1}))
    assert await loads.rows("vehicle") == [before | live | {"imei": "490154203237518"}]


async def test_of_the_fleets_of_a_file_an_operator_has_exactly_those_that_it_names(
    loads: Loads, store: asyncpg.Pool
) -> None:
    who = f"issuer: i, subject: {loads.own}, name: Ada, email: ada@bay.example, role: ADMIN"
    elsewhere = Loads("", store).own
    await loads(after=f"operators: [{{{who}, fleets: [{loads.own}]}}]")
    [assigned] = await loads.rows("operator_assignment")
    await store.execute(
        "INSERT INTO subaccount SELECT (jsonb_populate_record(s, jsonb_build_object("
        "  'id', 'sub_' || $2::text, 'name', $2::text))).*"
        " FROM subaccount s WHERE name = $1",
        loads.own,
        elsewhere,
    )
    await store.execute(
        "INSERT INTO operator_assignment VALUES ($1, $2)",
        f"sub_{elsewhere}",
        assigned["operator_id"],
    )

    kept = await loads(after=f"operators: [{{{who}}}]")
    taken = await loads(after=f"operators: [{{{who}, fleets: []}}]")

    both = Counter({Kind.FLEET: 1, Kind.OPERATOR: 1})
    assert (kept, taken) == (
        Loaded(same=both),
        Loaded(gone=Counter({Kind.ASSIGNMENT: 1}), same=both),
    )
    left = await store.fetch(
        "SELECT subaccount_id FROM operator_assignment WHERE operator_id = $1",
        assigned["operator_id"],
    )
    assert [row[0] for row in left] == [f"sub_{elsewhere}"]


async def test_a_fleet_keeps_the_currency_of_its_ledger(loads: Loads) -> None:
    await loads()
    before = await loads.rows("subaccount")

    with pytest.raises(Contradicted, match=f"{loads.own} keeps its currency, USD"):
        await loads("regions: [{key: a, name: A}]", currency="EUR")

    assert await loads.rows("subaccount") == before
    assert await loads.rows("region") == []


async def test_what_the_database_cannot_have_twice_is_told_and_nothing_is_written(
    loads: Loads,
) -> None:
    await loads("vehicles: [{code: V1, imei: 356938035643809, model: M}]")

    with pytest.raises(Contradicted, match=r"another vehicle is in the way .*_imei holds"):
        await loads(
            "vehicles: [{code: V2, imei: 356938035643809, model: M}]", policy=", minimum_age: 21"
        )

    [fleet] = await loads.rows("subaccount")
    assert fleet["minimum_age"] == 18
    assert [vehicle["code"] for vehicle in await loads.rows("vehicle")] == ["V1"]
