"""What loyalty tests need to exist, beside what all tests do. Every default is harmless."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.access import Role
from domain.calendar import local_date
from domain.ids import Prefix
from tests import riding
from tests.make import JOINED, Fleet, Who, new

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOTHING = Decimal(0)
BASIS = {"base": Decimal("4.50"), "rate": Decimal(10), "multiplier": Decimal("1.5")}


async def open_program(fleet: Fleet, **changed: Any) -> None:
    """The settings of GEN-4 in USD, switched on."""
    values = {
        "enabled": True,
        "points_per_currency_unit": Decimal(10),
        "redemption_rate": Decimal("0.01"),
        "min_redemption": 100,
    }
    await fleet.row("loyalty_settings", **(values | changed))


async def tier(fleet: Fleet, name: str, min_rides: int, **changed: Any) -> str:
    values = {
        "window_days": 28,
        "unlock_discount_percent": NOTHING,
        "minute_discount_percent": NOTHING,
        "free_unlocks_per_month": 0,
        "points_multiplier": Decimal(1),
    }
    own = {"id": new(Prefix.TIER), "name": name, "min_rides": min_rides}
    return await fleet.row("loyalty_tier", **own, **(values | changed))


async def rode(
    fleet: Fleet, customer_id: str, vehicle_id: str, at: datetime, **changed: Any
) -> str:
    """A ride of no length, completed at a time."""
    values = {"status": "COMPLETED", "started_at": at, "ended_at": at}
    return await riding.ride(fleet, customer_id, vehicle_id, **(values | changed))


async def achievement(fleet: Fleet, name: str, **changed: Any) -> str:
    values = {"metric": "RIDES", "target": 10, "reward_points": 50, "active": True}
    own = {"id": new(Prefix.ACHIEVEMENT), "name": name}
    return await fleet.row("achievement", **(own | values | changed))


async def challenge(fleet: Fleet, name: str, **changed: Any) -> str:
    """A challenge of the whole year of 2026."""
    values = {
        "metric": "RIDES",
        "target": 5,
        "starts_at": datetime(2026, 1, 1, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 1, tzinfo=UTC),
        "reward_points": 0,
        "reward_free_unlocks": 0,
        "featured": False,
        "active": True,
    }
    own = {"id": new(Prefix.CHALLENGE), "name": name}
    return await fleet.row("challenge", **own, **(values | changed))


async def free_unlock(fleet: Fleet, customer_id: str, challenge_id: str, **changed: Any) -> None:
    own = {"id": new(Prefix.FREE_UNLOCK), "customer_id": customer_id, "challenge_id": challenge_id}
    await fleet.row("free_unlock", **own, **changed)


async def brought(fleet: Fleet, referrer_id: str, referee_id: str, paid: int | None = None) -> None:
    """A referral; rewarded where it paid something."""
    rewarded = {"status": "REWARDED", "referrer_reward": paid, "rewarded_at": JOINED}
    state: dict[str, Any] = {"status": "PENDING"} if paid is None else rewarded
    own = {"referrer_id": referrer_id, "referee_id": referee_id, "created_at": JOINED}
    await fleet.row("referral", **own, **state)


@dataclass(frozen=True)
class Member:
    """A customer with something of everything, and what it has to do with."""

    id: str
    silver: str
    gold: str
    won: str
    ride: str
    earned: str
    adjusted: str
    manager: Who
    referrer: str


async def member(fleet: Fleet) -> Member:
    """Silver, on the way to Gold, with 365 points, a free unlock won, and brought by Grace."""
    now = datetime.now(UTC)
    await open_program(fleet, max_redemption=300, points_expiration_days=30, streak_bonus_points=5)
    gold = await tier(fleet, "Gold", 5, window_days=90, points_multiplier=Decimal("2.000"))
    silver = await tier(fleet, "Silver", 1, free_unlocks_per_month=2, color="#c0c0c0")
    customer_id = await fleet.customer(referral_code="ADA-1")
    await fleet.row(
        "loyalty_member", customer_id=customer_id, tier_id=silver, lifetime_earned=67,
        lifetime_redeemed=12, streak_days=3, streak_day=local_date(now, "America/New_York"),
        last_activity_at=datetime(2026, 1, 15, 12, tzinfo=UTC),
    )  # fmt: skip
    scooter = await riding.vehicle(fleet)
    newest = await rode(fleet, customer_id, scooter, now, free_unlock=True)
    for days in (60, 100):
        await rode(fleet, customer_id, scooter, now - timedelta(days=days))
    manager = await fleet.operator(Role.FLEET_MANAGER, name="Mia Manager")
    earned, adjusted = await booked(fleet, customer_id, newest, manager)
    won = await challenge(fleet, "Weekend", reward_credit=250, reward_free_unlocks=1)
    await free_unlock(fleet, customer_id, won, expires_at=now + timedelta(days=40))
    referrer = await fleet.customer(name="Grace Brewster Hopper")
    await brought(fleet, referrer, customer_id)
    return Member(customer_id, silver, gold, won, newest, earned, adjusted, manager, referrer)


async def booked(fleet: Fleet, customer_id: str, ride_id: str, manager: Who) -> tuple[str, str]:
    """Points for a ride, and a correction of them."""
    earned = await fleet.post(
        customer_id, 367, "EARN", account="POINTS", ride_id=ride_id, earned_with="RIDE",
        capped_by=3, **BASIS,
    )  # fmt: skip
    adjusted = await fleet.post(
        customer_id, -2, "ADJUSTMENT", account="POINTS", actor=manager.id, note="Counted twice"
    )
    return earned, adjusted
