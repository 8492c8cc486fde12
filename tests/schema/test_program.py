"""The loyalty program of a fleet: its settings, tiers and goals, and who may read what of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.embedded import Addresses
from db.load import load
from domain import ids
from domain.access import Role, Scope
from domain.ids import Prefix
from server.fixed_ids import fixed_id
from server.load import read
from tests import loyal
from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make, Who, new, usd
from tests.statements import data, sent

SETTINGS = """query ($id: ID!) { subaccount(id: $id) {
  policy { minimumWalletBalance { amount } operationLimit { amount } }
  loyaltyProgram { settings {
    enabled pointsPerCurrencyUnit redemptionRate minRedemption maxRedemption pointsExpirationDays
    streakBonusPoints streakDailyCap dailyEarnCap } } } }"""
FILE = """
fleets:
  - {{key: {key}, name: Bay, currency: {currency}, timezone: UTC, locale: en-US,
      share_url: https://bay.example/r/, policy: {{unlock_fee: 1, per_minute_rate: 1}}}}
"""
UNSET = {
    "enabled": False,
    "minRedemption": 100,
    "maxRedemption": None,
    "pointsExpirationDays": None,
    "streakBonusPoints": None,
    "streakDailyCap": None,
    "dailyEarnCap": None,
}


@pytest.mark.rule("GEN-4")
@pytest.mark.parametrize(
    ("currency", "minimum", "limit", "rate", "points"),
    [
        ("USD", "0.50", "10000.00", "0.01", "10"),
        ("EUR", "0.50", "10000.00", "0.01", "10"),
        ("GBP", "0.50", "10000.00", "0.01", "10"),
        ("JPY", "50", "1000000", "1", "0.1"),
        ("KWD", "0.150", "3000.000", "0.003", "30"),
        ("CHF", "0.50", "10000.00", "0.01", "10"),
        ("KRW", "50", "1000000", "1", "0.1"),
        ("BHD", "0.050", "1000.000", "0.001", "100"),
    ],
)
async def test_a_new_fleet_has_the_figures_of_its_currency(
    make: Make, api: Api, database: Addresses, currency: str, minimum: str, limit: str, rate: str,
    points: str,
) -> None:  # fmt: skip
    key = f"fleet-{uuid4().hex[:8]}"
    await load(database.owner, read(FILE.format(key=key, currency=currency), JOINED))
    fleet = Fleet(make, fixed_id(Prefix.SUBACCOUNT, key))

    found = await api.get(await fleet.operator(), SETTINGS, id=fleet.id)

    assert found["subaccount"] == {
        "policy": {
            "minimumWalletBalance": {"amount": minimum},
            "operationLimit": {"amount": limit},
        },
        "loyaltyProgram": {
            "settings": UNSET | {"pointsPerCurrencyUnit": points, "redemptionRate": rate}
        },
    }


async def test_a_program_that_was_set_up_shows_what_was_set(fleet: Fleet, api: Api) -> None:
    await loyal.open_program(
        fleet, points_per_currency_unit=Decimal("12.5"), redemption_rate=Decimal("0.0125"),
        min_redemption=50, max_redemption=500, points_expiration_days=90, streak_bonus_points=5,
        streak_daily_cap=20, daily_earn_cap=300,
    )  # fmt: skip

    found = await api.get(await fleet.operator(), SETTINGS, id=fleet.id)

    assert found["subaccount"]["loyaltyProgram"]["settings"] == {
        "enabled": True,
        "pointsPerCurrencyUnit": "12.5",
        "redemptionRate": "0.0125",
        "minRedemption": 50,
        "maxRedemption": 500,
        "pointsExpirationDays": 90,
        "streakBonusPoints": 5,
        "streakDailyCap": 20,
        "dailyEarnCap": 300,
    }


async def test_the_figures_of_the_currency_read_the_same_once_they_are_saved(
    make: Make, fleet: Fleet, api: Api
) -> None:
    saved = await make.fleet()
    await loyal.open_program(saved, enabled=False)
    who = await make.operator(fleet, saved)

    before = await api.get(who, SETTINGS, id=fleet.id)
    after = await api.get(who, SETTINGS, id=saved.id)

    assert before == after


OFFERED = """query ($id: ID!) { subaccount(id: $id) { loyaltyProgram {
  tiers { name minRides members }
  achievements { name active completions }
  challenges { name active rewardCredit { amount currency } completions }
  referralTiers { name minReferrals referrerReward { amount currency } refereeReward { amount } }
  settings { enabled }
  stats { members monthlyActiveRate }
  leaderboard { rank }
} } }"""
PROGRAM = ["subaccount", "loyaltyProgram"]


async def referral_tier(fleet: Fleet, name: str, least: int) -> None:
    rewards = {"min_referrals": least, "referrer_reward": 100 * (least + 1), "referee_reward": 300}
    await fleet.row("referral_tier", id=new(Prefix.REFERRAL_TIER), name=name, **rewards)


async def offered(fleet: Fleet) -> str:
    """A program with two of everything, in no order, that one customer went through."""
    gold, bronze = await loyal.tier(fleet, "Gold", 30), await loyal.tier(fleet, "Bronze", 0)
    late = await loyal.achievement(fleet, "Late")
    await loyal.achievement(fleet, "Early", id=ids.new(Prefix.ACHIEVEMENT, JOINED))
    old = ids.new(Prefix.ACHIEVEMENT, JOINED - timedelta(days=1))
    await loyal.achievement(fleet, "Withdrawn", id=old, active=False)
    later = datetime(2026, 2, 1, tzinfo=UTC)
    await loyal.challenge(fleet, "Stopped", starts_at=later + timedelta(days=1), active=False)
    february = await loyal.challenge(fleet, "February", starts_at=later, reward_credit=250)
    await loyal.challenge(fleet, "January")
    await referral_tier(fleet, "Guide", 3)
    await referral_tier(fleet, "Friend", 0)
    ada, gone = await fleet.customer(), await fleet.customer(deleted_at=JOINED)
    for customer_id, tier_id in ((ada, gold), (gone, bronze)):
        await fleet.row("loyalty_member", customer_id=customer_id, tier_id=tier_id)
    own = {"customer_id": ada, "current": 12}
    await fleet.row("achievement_progress", achievement_id=late, earned_at=JOINED, **own)
    await fleet.row("challenge_progress", challenge_id=february, completed_at=JOINED, **own)
    return ada


async def test_tiers_and_goals_come_in_order_with_how_many_reached_them(
    fleet: Fleet, api: Api
) -> None:
    await offered(fleet)

    found = await api.get(await fleet.operator(Role.VIEWER), OFFERED, id=fleet.id)

    assert found["subaccount"]["loyaltyProgram"] == {
        "tiers": [
            {"name": "Bronze", "minRides": 0, "members": 0},
            {"name": "Gold", "minRides": 30, "members": 1},
        ],
        "achievements": [
            {"name": "Early", "active": True, "completions": 0},
            {"name": "Late", "active": True, "completions": 1},
            {"name": "Withdrawn", "active": False, "completions": 0},
        ],
        "challenges": [
            {"name": "February", "active": True, "rewardCredit": usd("2.50"), "completions": 1},
            {"name": "January", "active": True, "rewardCredit": None, "completions": 0},
            {"name": "Stopped", "active": False, "rewardCredit": None, "completions": 0},
        ],
        "referralTiers": [
            {
                "name": "Friend",
                "minReferrals": 0,
                "referrerReward": usd("1.00"),
                "refereeReward": {"amount": "3.00"},
            },
            {
                "name": "Guide",
                "minReferrals": 3,
                "referrerReward": usd("4.00"),
                "refereeReward": {"amount": "3.00"},
            },
        ],
        "settings": {"enabled": False},
        "stats": {"members": 0, "monthlyActiveRate": 0.0},
        "leaderboard": [],
    }


async def test_a_rider_reads_tiers_and_goals_and_no_figure(fleet: Fleet, api: Api) -> None:
    ada = await offered(fleet)

    answer = await api.ask(await fleet.rider(ada), OFFERED, id=fleet.id)

    program = answer["data"]["subaccount"]["loyaltyProgram"]
    assert [tier["name"] for tier in program["tiers"]] == ["Bronze", "Gold"]
    assert [goal["name"] for goal in program["achievements"]] == ["Early", "Late", "Withdrawn"]
    assert [goal["name"] for goal in program["challenges"]] == ["February", "January", "Stopped"]
    assert [tier["name"] for tier in program["referralTiers"]] == ["Friend", "Guide"]
    counted = [("tiers", 2, "members"), ("achievements", 3, "completions")]
    counted += [("challenges", 3, "completions")]
    barred = [[*PROGRAM, "settings"], [*PROGRAM, "stats"]] + [
        [*PROGRAM, name, place, count] for name, size, count in counted for place in range(size)
    ]
    assert sorted(codes(answer), key=str) == sorted(((p, "FORBIDDEN") for p in barred), key=str)
    assert (program["settings"], program["stats"], program["leaderboard"]) == (None, None, [])
    assert {tier["members"] for tier in program["tiers"]} == {None}


NAMES = "query ($id: ID!) { subaccount(id: $id) { loyaltyProgram { tiers { name } } } }"


async def test_a_technician_and_a_partner_without_the_scope_see_no_program(
    fleet: Fleet, api: Api
) -> None:
    technician = await fleet.operator(Role.SERVICE_TECH)
    partner = await fleet.partner(*(scope for scope in Scope if scope is not Scope.LOYALTY_READ))

    answers = [await api.ask(who, NAMES, id=fleet.id) for who in (technician, partner)]

    for answer in answers:
        assert answer["data"] == {"subaccount": {"loyaltyProgram": None}}
        assert codes(answer) == [(PROGRAM, "FORBIDDEN")]


async def test_another_fleets_program_does_not_exist(make: Make, fleet: Fleet, api: Api) -> None:
    await offered(fleet)
    stranger = await (await make.fleet()).operator()

    answer = await api.ask(stranger, OFFERED, id=fleet.id)

    assert answer == {"data": {"subaccount": None}}


async def test_a_list_of_a_program_ends_at_two_hundred(fleet: Fleet, api: Api) -> None:
    for number in range(201):
        await loyal.tier(fleet, f"From {number}", number)

    found = await api.get(await fleet.operator(), NAMES, id=fleet.id)

    names = [tier["name"] for tier in found["subaccount"]["loyaltyProgram"]["tiers"]]
    assert names == [f"From {number}" for number in range(200)]


ALL = "query { subaccounts { loyaltyProgram { " + OFFERED.split("loyaltyProgram {")[1]
BOARDS = """leaderboard { customer { name } }
  month: leaderboard(period: THIS_MONTH) { customer { name } }"""


async def statements(api: Api, engine: AsyncEngine, who: Who) -> int:
    """How many statements all programs of a caller take."""
    document = ALL.replace("leaderboard { rank }", BOARDS)
    await api.get(who, document)
    with sent(engine) as trips:
        await api.get(who, document)
    return len(data(trips))


async def test_two_programs_take_as_many_statements_as_one(
    make: Make, api: Api, engine: AsyncEngine
) -> None:
    fleets = [await make.fleet() for _ in range(2)]
    for fleet in fleets:
        ada = await offered(fleet)
        await fleet.post(ada, 10, "EARN", account="POINTS")
    one, both = await make.operator(fleets[0]), await make.operator(*fleets)

    taken = [await statements(api, engine, who) for who in (one, both)]

    assert taken[0] == taken[1] <= 5
