"""A membership at chosen moments: what counts in which window, month and day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db import membership, progress
from db.snapshot import Snapshot
from domain.access import Operator, Role
from domain.ids import SubaccountId
from domain.loyalty import LoyaltyMembership, defaults
from tests import loyal, riding
from tests.make import Fleet, Make

MICROSECOND = timedelta(microseconds=1)


async def at(
    engine: AsyncEngine, fleet: Fleet, customer_id: str, *moments: datetime
) -> list[LoyaltyMembership]:
    """The membership as it is at each of these moments, asked in one batch."""
    caller = Operator("opr_x", Role.ADMIN, (SubaccountId(fleet.id),))
    snapshot = Snapshot(engine, caller)
    keys = [(customer_id, moment) for moment in moments]
    try:
        found = await membership.of_customers(snapshot, caller.reach, keys)
    finally:
        await snapshot.close()
    return [found[key] for key in keys]


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("timezone", "now", "begins"),
    [
        ("UTC", utc(2026, 6, 29, 9, 30), utc(2026, 6, 1, 9, 30)),
        # 9:30 here and there, though an hour is missing between: clocks went forward on the 8th.
        ("America/New_York", utc(2026, 3, 29, 13, 30), utc(2026, 3, 1, 14, 30)),
        ("Europe/Berlin", utc(2026, 11, 10, 8, 30), utc(2026, 10, 13, 7, 30)),
        # 1:30 came twice on the 1st, when clocks went back.
        ("America/New_York", utc(2026, 11, 29, 6, 30), utc(2026, 11, 1, 6, 30)),
    ],
)
async def test_a_window_begins_at_the_same_time_of_day_by_the_fleets_clock(
    make: Make, engine: AsyncEngine, timezone: str, now: datetime, begins: datetime
) -> None:
    fleet = await make.fleet(timezone=timezone)
    await loyal.tier(fleet, "Regular", 4, window_days=28)
    ada, scooter = await fleet.customer(), await riding.vehicle(fleet)
    await loyal.rode(fleet, ada, scooter, begins)
    await loyal.rode(fleet, ada, scooter, begins + MICROSECOND)
    await loyal.rode(fleet, ada, scooter, now - timedelta(hours=1))

    (found,) = await at(engine, fleet, ada, now)

    assert found.rides_in_window == 2


async def test_only_completed_rides_count_and_only_ones_own(
    fleet: Fleet, engine: AsyncEngine
) -> None:
    await loyal.tier(fleet, "Regular", 4)
    ada, bob, scooter = await fleet.customer(), await fleet.customer(), await riding.vehicle(fleet)
    now = loyal.NOON
    await loyal.rode(fleet, ada, scooter, now - timedelta(days=1))
    await loyal.rode(fleet, ada, scooter, now - timedelta(days=2), status="VOIDED")
    await loyal.rode(fleet, ada, scooter, now - timedelta(days=3), status="CANCELLED")
    await loyal.rode(fleet, ada, scooter, now, status="ACTIVE", ended_at=None)
    await loyal.rode(fleet, bob, scooter, now - timedelta(days=1))

    (found,) = await at(engine, fleet, ada, now)

    assert found.rides_in_window == 1


async def test_the_next_tier_is_the_next_higher_minimum_and_its_window_counts(
    fleet: Fleet, engine: AsyncEngine
) -> None:
    await loyal.tier(fleet, "Gold", 30, window_days=90)
    bronze = await loyal.tier(fleet, "Bronze", 0)
    silver = await loyal.tier(fleet, "Silver", 10, window_days=7)
    platinum = await loyal.tier(fleet, "Platinum", 60, window_days=30)
    customers = [await fleet.customer() for _ in range(4)]
    for customer_id, held in zip(customers, (bronze, silver, platinum), strict=False):
        await fleet.row("loyalty_member", customer_id=customer_id, tier_id=held)
    scooter = await riding.vehicle(fleet)
    for customer_id in customers:
        for days in (5, 20, 60, 100):
            await loyal.rode(fleet, customer_id, scooter, loyal.NOON - timedelta(days=days))

    found = [(await at(engine, fleet, id, loyal.NOON))[0] for id in customers]

    assert [
        (m.tier and m.tier.name, m.next_tier and m.next_tier.name, m.rides_in_window) for m in found
    ] == [
        ("Bronze", "Silver", 1),
        ("Silver", "Gold", 3),
        ("Platinum", None, 2),
        (None, "Bronze", 2),
    ]


async def test_a_tiers_free_unlocks_come_back_with_the_fleets_own_month(
    make: Make, engine: AsyncEngine
) -> None:
    fleet = await make.fleet(timezone="Asia/Tokyo")
    gold = await loyal.tier(fleet, "Gold", 0, free_unlocks_per_month=3)
    ada, scooter = await fleet.customer(), await riding.vehicle(fleet)
    await fleet.row("loyalty_member", customer_id=ada, tier_id=gold)
    june, july = utc(2026, 5, 31, 15), utc(2026, 6, 30, 15)
    for started_at in (june - MICROSECOND, june, july - MICROSECOND):
        await loyal.rode(fleet, ada, scooter, started_at, free_unlock=True)

    found = await at(engine, fleet, ada, july - MICROSECOND, july)

    assert [member.free_unlocks_remaining for member in found] == [1, 3]


async def test_a_free_unlock_counts_once_for_what_it_was_and_not_when_it_was_given_back(
    fleet: Fleet, engine: AsyncEngine
) -> None:
    gold = await loyal.tier(fleet, "Gold", 0, free_unlocks_per_month=5)
    ada, scooter = await fleet.customer(), await riding.vehicle(fleet)
    await fleet.row("loyalty_member", customer_id=ada, tier_id=gold)
    won = await loyal.challenge(fleet, "Weekend")
    now = loyal.NOON
    free = {"free_unlock": True}
    active = {"status": "ACTIVE", "ended_at": None}
    await loyal.rode(fleet, ada, scooter, now, **free, **active)
    await loyal.rode(fleet, ada, scooter, now, **free)
    await loyal.rode(fleet, ada, scooter, now)
    await loyal.rode(fleet, ada, scooter, now, **free, status="VOIDED")
    await loyal.rode(fleet, ada, scooter, now, **free, status="CANCELLED")
    paid = await loyal.rode(fleet, ada, scooter, now, **free)
    await loyal.free_unlock(fleet, ada, won, expires_at=now + timedelta(days=1), ride_id=paid)
    await loyal.free_unlock(fleet, ada, won, expires_at=now)
    await loyal.free_unlock(fleet, ada, won, expires_at=now + MICROSECOND)

    (found,) = await at(engine, fleet, ada, now)

    assert (found.free_unlocks_used, found.free_unlocks_granted) == (2, 1)
    assert found.free_unlocks_remaining == 4


async def test_a_streak_stands_until_the_fleets_day_after_the_last_one_is_over(
    fleet: Fleet, engine: AsyncEngine
) -> None:
    ada = await fleet.customer()
    last = date(2026, 10, 31)  # in New York, whose clocks go back on the day after
    await fleet.row("loyalty_member", customer_id=ada, streak_days=6, streak_day=last)
    over = utc(2026, 11, 2, 5)

    found = await at(engine, fleet, ada, utc(2026, 10, 31, 12), over - MICROSECOND, over)

    assert [member.streak_days for member in found] == [6, 6, 0]


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "BHD"])
async def test_a_customer_of_a_fleet_without_a_program_has_a_membership_of_defaults(
    make: Make, engine: AsyncEngine, currency: str
) -> None:
    fleet = await make.fleet(currency=currency)
    ada = await fleet.customer()

    (found,) = await at(engine, fleet, ada, loyal.NOON)

    assert found == LoyaltyMembership(
        customer_id=found.customer_id,
        subaccount_id=SubaccountId(fleet.id),
        currency=currency,
        timezone="America/New_York",
        settings=defaults(currency),
        points=0,
        lifetime_earned=0,
        lifetime_redeemed=0,
        tier=None,
        next_tier=None,
        rides_in_window=0,
        free_unlocks_used=0,
        free_unlocks_granted=0,
        streak_days=0,
        last_activity_at=None,
    )


async def test_a_challenge_is_shown_until_it_ends_and_for_ever_once_completed(
    fleet: Fleet, engine: AsyncEngine
) -> None:
    ada, ends = await fleet.customer(), loyal.NOON
    ending = await loyal.challenge(fleet, "Ends", ends_at=ends)
    done = await loyal.challenge(fleet, "Done", ends_at=ends, active=False)
    await loyal.challenge(fleet, "Withdrawn", active=False)
    own = {"customer_id": ada, "current": 5}
    await fleet.row("challenge_progress", challenge_id=ending, **own)
    await fleet.row("challenge_progress", challenge_id=done, completed_at=loyal.NOON, **own)
    caller = Operator("opr_x", Role.ADMIN, (SubaccountId(fleet.id),))
    snapshot = Snapshot(engine, caller)

    keys = [(ada, ends - MICROSECOND), (ada, ends)]
    found = await progress.challenges_of(snapshot, caller.reach, keys)
    await snapshot.close()

    assert [{each.challenge.name for each in found[key]} for key in keys] == [
        {"Ends", "Done"},
        {"Done"},
    ]
