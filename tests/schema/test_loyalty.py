"""The loyalty screen of a customer: the standing, and what it costs to read."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.action import Performer
from domain.access import Operator, Role
from domain.ids import SubaccountId
from domain.origin import Origin
from resolvers.context import Context
from schema.build import schema
from tests import loyal, riding
from tests.api import Api
from tests.make import JOINED, Fleet, Make, usd

STANDING = """query ($id: ID!) { customer(id: $id) { loyalty {
  enabled points pointsValue { amount currency } lifetimeEarned lifetimeRedeemed
  tier { id name description color minRides windowDays unlockDiscountPercent minuteDiscountPercent
    freeUnlocksPerMonth pointsMultiplier members }
  nextTier { id name pointsMultiplier members }
  tierProgress { ridesInWindow ridesNeeded percent windowDays }
  freeUnlocksRemaining streakDays pointsExpireAt
  redemption { minimumPoints maximumPoints redeemablePoints }
} } }"""


async def test_a_member_sees_points_tier_and_progress(fleet: Fleet, api: Api) -> None:
    ada = await loyal.member(fleet)
    gone = await fleet.customer(deleted_at=JOINED)
    await fleet.row("loyalty_member", customer_id=gone, tier_id=ada.silver)
    who = await fleet.operator()

    found = await api.get(who, STANDING, id=ada.id)

    assert found["customer"]["loyalty"] == {
        "enabled": True,
        "points": 365,
        "pointsValue": usd("3.65"),
        "lifetimeEarned": 67,
        "lifetimeRedeemed": 12,
        "tier": {
            "id": ada.silver,
            "name": "Silver",
            "description": None,
            "color": "#c0c0c0",
            "minRides": 1,
            "windowDays": 28,
            "unlockDiscountPercent": "0.00",
            "minuteDiscountPercent": "0.00",
            "freeUnlocksPerMonth": 2,
            "pointsMultiplier": "1.000",
            "members": 1,
        },
        "nextTier": {"id": ada.gold, "name": "Gold", "pointsMultiplier": "2.000", "members": 0},
        "tierProgress": {"ridesInWindow": 2, "ridesNeeded": 3, "percent": 40, "windowDays": 90},
        "freeUnlocksRemaining": 2,
        "streakDays": 3,
        "pointsExpireAt": "2026-02-15T05:00:00Z",
        "redemption": {"minimumPoints": 100, "maximumPoints": 300, "redeemablePoints": 300},
    }


@pytest.mark.parametrize(("currency", "nothing"), [("USD", "0.00"), ("JPY", "0"), ("KWD", "0.000")])
async def test_a_fleet_that_never_opened_its_program_shows_its_defaults(
    make: Make, api: Api, currency: str, nothing: str
) -> None:
    fleet = await make.fleet(currency=currency)
    customer_id, who = await fleet.customer(), await fleet.operator()

    found = await api.get(who, STANDING, id=customer_id)

    assert found["customer"]["loyalty"] == {
        "enabled": False,
        "points": 0,
        "pointsValue": {"amount": nothing, "currency": currency},
        "lifetimeEarned": 0,
        "lifetimeRedeemed": 0,
        "tier": None,
        "nextTier": None,
        "tierProgress": None,
        "freeUnlocksRemaining": 0,
        "streakDays": 0,
        "pointsExpireAt": None,
        "redemption": {"minimumPoints": 100, "maximumPoints": None, "redeemablePoints": 0},
    }


FLEET = """query ($id: ID!) { subaccount(id: $id) { customers(first: 100) { nodes {
  loyalty { points tier { members } nextTier { members } referral { referredBy { name } }
    transactions(first: 50) { nodes { actor { __typename } ride { id } } }
    achievements { achievement { completions } current }
    challenges { challenge { completions } current } } } } } }"""


async def statements(engine: AsyncEngine, fleet: Fleet) -> int:
    """How many statements the fleet's loyalty takes."""

    def now() -> datetime:
        return datetime.now(UTC)

    caller = Operator("opr_x", Role.ADMIN, (SubaccountId(fleet.id),), "en-US")
    context = Context(engine, Performer(engine, now), now, caller, Origin("req_x"))
    result = await schema.execute(FLEET, {"id": fleet.id}, context)
    await context.close()
    assert result.errors is None
    return context.snapshot.statements


async def grown(fleet: Fleet, *, customers: int, lines: int, goals: int) -> None:
    scooter, operator = await riding.vehicle(fleet), await fleet.operator()
    tiers = [await loyal.tier(fleet, f"From {rides}", rides) for rides in (0, 5)]
    for number in range(goals):
        await loyal.achievement(fleet, f"Achievement {number}")
        await loyal.challenge(fleet, f"Challenge {number}")
    referrer = await fleet.customer()
    for _ in range(customers):
        customer_id = await fleet.customer()
        await loyal.brought(fleet, referrer, customer_id)
        await fleet.row("loyalty_member", customer_id=customer_id, tier_id=tiers[0])
        ride_id = await loyal.rode(fleet, customer_id, scooter, JOINED)
        for _ in range(lines):
            line = {"account": "POINTS", "ride_id": ride_id, "actor": operator.id}
            await fleet.post(customer_id, 1, "EARN", **line)


async def test_a_fleets_loyalty_takes_as_many_statements_however_much_there_is(
    make: Make, engine: AsyncEngine
) -> None:
    small, large = await make.fleet(), await make.fleet()
    await grown(small, customers=2, lines=2, goals=2)
    await grown(large, customers=7, lines=8, goals=9)

    taken = [await statements(engine, fleet) for fleet in (small, large)]

    assert taken[0] == taken[1] <= 6
