"""A demo that is too big to be told: most of its customers live the lives of others."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg
import pytest

from db import demo
from db.demo.columns import COLUMNS
from db.demo.copying import ACTORS, KNOWN, RENEWED
from db.demo.ground import Motorpool, Vehicle
from db.demo.story import TOGETHER, Story
from db.demo.world import HOUR, MINUTE, Row, World, mark
from db.embedded import Cluster
from domain import ids
from domain.vehicle import VehicleStatus
from tests import postgres
from tests.conftest import WORKER, _fingerprint, migrated
from tests.db.test_demo import guards
from tests.telling import NOW, SEED, Record

CUSTOMERS, TOLD = 1000, 200
SHARES = {"USD": 600, "EUR": 300, "JPY": 100}
SHARED_MOST = 0.03
STRIPE = {"stripe_customer_id", "stripe_payment_method_id", "stripe_subscription_id"}


class Copied(NamedTuple):
    """A demo of copies, the owner's view of it, and the guards of its tables from before."""

    made: demo.Demo
    owner: asyncpg.Connection
    guards: list[str]
    url: str


@pytest.fixture(scope="module")
async def copied(server: Cluster) -> AsyncIterator[Copied]:
    """Loading it proves every promise of its rows."""
    template = await postgres.template(server, _fingerprint(), migrated)
    url = (await postgres.clone(server, template, f"copied_{WORKER}")).owner
    owner = await asyncpg.connect(url)
    before = await guards(owner)
    made = await demo.load(url, now=NOW, customers=CUSTOMERS, seed=SEED, told_max=TOLD)
    fleets = ",".join(made.subaccount_ids)
    await owner.execute("SELECT set_config('app.subaccounts', $1, false)", fleets)
    yield Copied(made, owner, before, url)
    await owner.close()


def tell(
    customers: int = CUSTOMERS, now: datetime = NOW, fleets: Sequence[str] = ()
) -> tuple[Story, list[Record]]:
    """A story that is over, with everybody whom it was dealt to."""
    story = Story(customers, SEED, now, fleets=fleets, told_max=TOLD)
    assert sum(1 for _ in story.tell("issuer", "rider-issuer")) > 1
    dealt: list[Row] = [row for part in story.deal() for row in part]
    return story, [dict(zip(KNOWN, row, strict=True)) for row in dealt]


async def test_there_are_as_many_as_asked_for_numbered_as_they_joined(copied: Copied) -> None:
    rows = await copied.owner.fetch(
        "SELECT s.currency, c.number FROM customer c JOIN subaccount s ON s.id = c.subaccount_id"
        " ORDER BY c.joined_at, c.id"
    )

    numbers: dict[str, list[int]] = {currency: [] for currency in SHARES}
    for row in rows:
        numbers[row["currency"]].append(row["number"])
    assert numbers == {currency: [*range(1, share + 1)] for currency, share in SHARES.items()}


async def test_whatever_hangs_on_a_customer_hangs_on_their_copies(copied: Copied) -> None:
    told: Counter[str] = Counter()
    for part in Story(CUSTOMERS, SEED, NOW, told_max=TOLD).tell("issuer", "rider-issuer"):
        told.update({table: len(rows) for table, rows in part.items()})

    count = "SELECT count(*) FROM {}"
    found = {table: await copied.owner.fetchval(count.format(table)) for table in told}

    more = {table for table in told if found[table] > told[table]}
    whose = {"fare", "customer", "referral"} | {
        table for table in told if "customer_id" in COLUMNS[table]
    }
    assert more == whose - {"rider", "device"}
    assert {table: found[table] for table in told.keys() - more} == {
        table: told[table] for table in told.keys() - more
    }


async def test_ids_of_copies_are_ids(copied: Copied) -> None:
    query, named = "SELECT {1} FROM {0} WHERE {1} NOT LIKE 'sys:%'", {*RENEWED, *ACTORS} - STRIPE
    wrong = []
    for table, columns in COLUMNS.items():
        for column in {*columns} & named:
            found = await copied.owner.fetch(query.format(table, column))
            wrong += [(table, *row) for row in found if ids.prefix_of(row[0]) is None]

    assert wrong == []


async def test_no_operation_is_of_two_customers(copied: Copied) -> None:
    shared = await copied.owner.fetch(
        "SELECT txn FROM entry GROUP BY subaccount_id, txn HAVING count(DISTINCT customer_id) > 1"
    )

    assert shared == []


async def test_receipts_and_vehicles_of_copies_are_their_own(copied: Copied) -> None:
    receipts = await copied.owner.fetch(
        "SELECT subaccount_id, external_reference AS number FROM entry"
        " WHERE external_reference IS NOT NULL"
    )
    shared = await copied.owner.fetchval(
        "SELECT count(*) FROM (SELECT FROM ride GROUP BY subaccount_id, vehicle_id"
        " HAVING count(DISTINCT right(vehicle_id, 2)) > 1 OR NOT EXISTS (SELECT FROM vehicle v"
        "   WHERE v.subaccount_id = ride.subaccount_id AND v.id = ride.vehicle_id)) wrong"
    )

    assert max(Counter(receipts).values()) == 1
    assert shared == 0


async def test_codes_are_redeemed_as_often_as_they_say(copied: Copied) -> None:
    limits = await copied.owner.fetch(
        "SELECT p.code, p.redemptions, p.max_redemptions,"
        " (SELECT count(*) FROM promo_redemption r WHERE r.promo_code_id = p.id) AS times"
        " FROM promo_code p"
    )

    assert [one for one in limits if one["redemptions"] != one["times"]] == []
    assert {one["code"]: one["max_redemptions"] for one in limits if one["max_redemptions"]} == {
        "TENFREE": 300, "ZEHNFREI": 200, "MUDAI10": 150,
    }  # fmt: skip


async def test_the_interesting_customer_is_one_of_a_kind(copied: Copied) -> None:
    customer = copied.made.customer_id

    named = await copied.owner.fetch(
        "SELECT id, email FROM customer WHERE name = 'Camila Torres' AND number < 60"
    )
    rides = await copied.owner.fetchval(
        "SELECT count(*) FROM ride WHERE customer_id = $1 AND status = 'ACTIVE'", customer
    )

    assert [tuple(row) for row in named] == [(customer, "camila.torres@example.com")]
    assert rides == 1


async def test_copying_leaves_the_tables_guarded_and_refuses_a_second_demo(copied: Copied) -> None:
    count = "SELECT count(*) FROM entry"
    before = await copied.owner.fetchval(count)

    with pytest.raises(demo.DemoExistsError, match="loaded already"):
        await demo.load(copied.url, now=NOW, customers=CUSTOMERS, seed=SEED + 1, told_max=TOLD)

    assert await guards(copied.owner) == copied.guards
    assert await copied.owner.fetchval(count) == before


def test_nobody_has_the_name_or_the_addresses_of_their_original() -> None:
    many = 8000

    _, dealt = tell(many)

    originals = {one["id"]: one for one in dealt if one["id"] == one["told_id"]}
    copies = [one for one in dealt if one["id"] != one["told_id"]]
    alike = [
        one
        for one in copies
        if {one["name"], one["email"], one["phone"]}
        & {originals[one["told_id"]][trait] for trait in ("name", "email", "phone")}
    ]
    phones = Counter((one["subaccount_id"], one["phone"]) for one in dealt)
    assert (len(dealt), len(copies) > many / 2) == (many, True)
    assert alike == []
    for trait in ("email", "referral_code", "number"):
        assert max(Counter((one["subaccount_id"], one[trait]) for one in dealt).values()) == 1
    assert len(phones) > many * (1 - SHARED_MOST)


def test_the_same_seed_and_day_deal_the_same_people() -> None:
    traits = ("number", "name", "email", "phone", "referral_code", "mark", "told_id")

    (_, first), (_, again), (_, later) = tell(), tell(), tell(now=NOW + timedelta(hours=5))

    assert first == again
    assert [[one[trait] for trait in traits] for one in first] == [
        [one[trait] for trait in traits] for one in later
    ]


def test_a_copy_lives_no_more_than_a_bit_earlier_and_joined_days_before_at_most() -> None:
    _, dealt = tell()

    earlier = [one["earlier"] for one in dealt]
    sooner = [one["sooner"] - one["earlier"] for one in dealt]

    assert timedelta(0) <= min(earlier) < max(earlier) <= timedelta(minutes=90)
    assert timedelta(0) <= min(sooner) < max(sooner) < timedelta(days=4)
    assert len(set(earlier)) > 50


@pytest.mark.parametrize("fleet", demo.FLEETS)
def test_a_demo_can_be_of_one_fleet_alone(fleet: str) -> None:
    story, dealt = tell(fleets=[fleet])

    assert story.demo().subaccount_ids == (story.demo().customer_subaccount_id,)
    assert [one["number"] for one in dealt] == [*range(1, CUSTOMERS + 1)]
    assert {one["subaccount_id"] for one in dealt} == {*story.demo().subaccount_ids}


def test_parts_are_of_a_bounded_size() -> None:
    story = Story(20_000, SEED, NOW, fleets=["tokyo"], told_max=600)

    told = [len(part["customer"]) for part in story.tell("issuer", "rider-issuer")]
    dealt = [len(part) for part in story.deal()]

    assert max(told) == TOGETHER
    assert sum(dealt) == 20_000
    assert max(dealt) < 500


def test_a_vehicle_is_kept_free_for_copies_who_ride_it_earlier() -> None:
    once, again = World(SEED, NOW), World(SEED, NOW, turns=2)
    first, after, later = ((at, at + 20 * MINUTE) for at in (9 * HOUR, 10 * HOUR, 12 * HOUR))

    taken = {}
    for world in (once, again):
        pool = Motorpool(world, [Vehicle("veh_1", 1, "Comet", VehicleStatus.AVAILABLE)])
        rides = [(world.today + start, world.today + end) for start, end in (first, after, later)]
        taken[world] = [pool.take(*ride) is not None for ride in rides]

    assert taken == {once: [True, True, True], again: [True, False, True]}


def test_a_thousand_turns_have_marks_of_their_own() -> None:
    assert len({mark(turn) for turn in range(1000)}) == 1000


@pytest.mark.stress
async def test_a_hundred_thousand_customers_keep_every_promise(server: Cluster) -> None:
    template = await postgres.template(server, _fingerprint(), migrated)
    url = (await postgres.clone(server, template, f"hundred_thousand_{WORKER}")).owner

    made = await demo.load(url, now=NOW, customers=100_000, seed=SEED)

    owner = await asyncpg.connect(url)
    fleets = ",".join(made.subaccount_ids)
    await owner.execute("SELECT set_config('app.subaccounts', $1, false)", fleets)
    assert await owner.fetchval("SELECT count(*) FROM customer") == 100_000
    await owner.close()
