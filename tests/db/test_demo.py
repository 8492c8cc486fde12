"""The demo: the same for the same seed and day, whole in the database, once."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import asyncpg
import pytest

from db import demo
from db.demo.people import phone
from db.demo.spec import FleetSpec
from db.demo.story import Story
from db.demo.world import World, instant
from db.embedded import Addresses, Cluster
from domain import ids
from domain.access import Role
from domain.ids import ALPHABET, Prefix
from domain.loyalty import LoyaltyTransactionKind
from domain.package import PackageStatus
from domain.wallet import WalletTransactionKind
from tests import postgres
from tests.conftest import WORKER, _fingerprint, migrated
from tests.telling import NOW, SEED, Record, tell, told

KINDS = {
    "BALANCE": {*WalletTransactionKind} - {WalletTransactionKind.BONUS},
    "BONUS": {WalletTransactionKind.BONUS, WalletTransactionKind.RIDE_CHARGE},
    "POINTS": {*LoyaltyTransactionKind} - {LoyaltyTransactionKind.EXPIRATION},
}
"""What the ledger of the interesting customer shows; dollars' points do not expire."""


@pytest.fixture(scope="module")
async def empty(server: Cluster) -> Addresses:
    """A migrated database without a row."""
    template = await postgres.template(server, _fingerprint(), migrated)
    return await postgres.clone(server, template, f"empty_{WORKER}")


class Loaded(NamedTuple):
    """What loading gave, the owner's view of all three fleets, and the guards from before."""

    made: demo.Demo
    owner: asyncpg.Connection
    guards: list[str]


@pytest.fixture(scope="module")
async def loaded(empty: Addresses) -> AsyncIterator[Loaded]:
    owner = await asyncpg.connect(empty.owner)
    before = await guards(owner)
    made = await demo.load(empty.owner, now=NOW, customers=demo.CUSTOMERS_MIN, seed=SEED)
    fleets = ",".join(made.subaccount_ids)
    await owner.execute("SELECT set_config('app.subaccounts', $1, false)", fleets)
    yield Loaded(made, owner, before)
    await owner.close()


async def guards(connection: asyncpg.Connection) -> list[str]:
    """Every constraint, index, statistics target and row security of the tables."""
    found = await connection.fetch(
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS guard"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
        " UNION ALL SELECT concat_ws(' ', oid::regclass, relrowsecurity, relforcerowsecurity)"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " UNION ALL SELECT concat_ws(' ', attrelid::regclass, attnum, attstattarget)"
        " FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE relnamespace = 'public'::regnamespace AND attstattarget >= 0 ORDER BY 1"
    )
    return [row["guard"] for row in found]


def test_the_same_seed_and_day_give_the_same_rows() -> None:
    again = tell()

    assert again.tables == told().tables
    assert again.story.demo() == told().story.demo()


def test_later_on_the_same_day_history_is_the_same() -> None:
    past = ("fare", "audit_entry", "customer_note", "package_purchase", "loyalty_member")

    later = told(now=NOW + timedelta(hours=5)).tables

    assert [later[table] for table in past] == [told().tables[table] for table in past]


def test_another_seed_gives_other_people() -> None:
    names = [customer["name"] for customer in told().tables["customer"]]

    others = [customer["name"] for customer in told(seed=SEED + 1).tables["customer"]]

    assert len(names) == len(others)
    assert names != others


@pytest.mark.parametrize("customers", [demo.CUSTOMERS_MIN - 1, demo.CUSTOMERS_MAX + 1])
def test_a_demo_too_small_for_its_lists_or_too_big_for_its_telephones_is_refused(
    customers: int,
) -> None:
    with pytest.raises(ValueError, match="200 customers or more, up to 2000000"):
        Story(customers, SEED, NOW)


@pytest.mark.parametrize("fleet", demo.FLEETS.values(), ids=demo.FLEETS)
def test_the_biggest_demo_has_telephones_for_everybody(fleet: FleetSpec) -> None:
    last = [phone(fleet.phones, demo.CUSTOMERS_MAX - one, shared=False) for one in range(100)]

    assert len({*last}) == len(last)


def test_ids_are_those_that_the_domain_would_make() -> None:
    world, at = World(SEED, NOW), instant(NOW)

    made = [world.new_id(Prefix.RIDE, at) for _ in range(500)]

    again = []
    for id in made:
        value = 0
        for letter in id.removeprefix("ride_"):
            value = value << 5 | ALPHABET.index(letter)
        chance = (value >> 64 & 0xFFF) << 62 | value & (1 << 62) - 1
        again.append(ids.encode(Prefix.RIDE, ids.uuid7(NOW, chance)))
    assert again == made
    assert len(set(made)) == len(made)


def test_every_role_has_an_operator_and_two_do_not_reach_the_last_fleet() -> None:
    tables, made = told().tables, told().story.demo()
    reach = defaultdict(set)
    for assignment in tables["operator_assignment"]:
        reach[assignment["operator_id"]].add(assignment["subaccount_id"])

    assert [operator.role for operator in made.operators] == [*Role]
    assert [operator.subject for operator in made.operators] == [role.value for role in Role]
    first_two, all_three = set(made.subaccount_ids[:2]), set(made.subaccount_ids)
    assigned = {operator.role: reach[operator.id] for operator in made.operators}
    assert assigned == {
        **dict.fromkeys(Role, all_three),
        Role.SUPER_ADMIN: set(),
        Role.SERVICE_TECH: first_two,
        Role.VIEWER: first_two,
    }


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 3, 30), date(2027, 11, 7)])
def test_the_interesting_customer_has_something_in_every_list(day: date) -> None:
    now = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
    found = told(now=now)
    customer = found.story.demo().customer_id
    own: dict[str, list[Record]] = {
        table: [one for one in records if customer in one.values()]
        for table, records in found.tables.items()
    }

    for account, kinds in KINDS.items():
        lines = [line for line in own["entry"] if line["account"] == account]
        assert kinds <= {line["kind"] for line in lines}
    (person,) = own["customer"]
    (member,) = own["loyalty_member"]
    tiers = {one["id"]: one["name"] for one in found.tables["loyalty_tier"]}
    assert (person["identity_status"], tiers[member["tier_id"]]) == ("VERIFIED", "Legend")
    assert {one["status"] for one in own["ride"]} == {"ACTIVE", "COMPLETED"}
    assert {one["status"] for one in own["ride_subscription"]} == {"ACTIVE", "CANCELLED"}
    assert len(own["package_purchase"]) == len(PackageStatus)
    assert [one["ride_id"] is None for one in own["promo_redemption"]].count(True) == 2
    assert [one["is_default"] for one in own["payment_method"]] == [False, True, False]
    friends = Counter(one["status"] for one in own["referral"] if one["referrer_id"] == customer)
    assert min(friends["REWARDED"], friends["PENDING"]) > 0
    assert [one["status"] for one in own["referral"] if one["referee_id"] == customer]
    for table in (
        "notification", "customer_note", "audit_entry", "phone_lookup", "signup_location",
        "identity_verification", "achievement_progress", "challenge_progress", "free_unlock",
        "rider", "device",
    ):  # fmt: skip
        assert own[table], table


async def test_loading_writes_what_was_told_and_leaves_the_tables_guarded(loaded: Loaded) -> None:
    made, owner, before = loaded

    count = "SELECT count(*) FROM {}"
    counts = {table: await owner.fetchval(count.format(table)) for table in told().tables}
    assert made == told().story.demo()
    assert counts == {table: len(records) for table, records in told().tables.items()}
    riding = await owner.fetchval(
        "SELECT count(*) FROM vehicle v JOIN ride r ON r.subaccount_id = v.subaccount_id"
        " AND r.vehicle_id = v.id WHERE v.status = 'IN_USE' AND r.status = 'ACTIVE'"
    )
    assert await guards(owner) == before
    assert riding == sum(one["status"] == "ACTIVE" for one in told().tables["ride"])


async def test_a_second_demo_is_refused_and_changes_nothing(
    empty: Addresses, loaded: Loaded
) -> None:
    owner = loaded.owner
    before = await owner.fetchval("SELECT count(*) FROM entry"), await guards(owner)

    with pytest.raises(demo.DemoExistsError, match="loaded already"):
        await demo.load(empty.owner, now=NOW, customers=demo.CUSTOMERS_MIN, seed=SEED + 1)

    assert (await owner.fetchval("SELECT count(*) FROM entry"), await guards(owner)) == before
