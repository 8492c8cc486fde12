"""Achievements and challenges as a member sees them."""

from datetime import UTC, datetime, timedelta

from domain import ids
from domain.ids import Prefix
from tests import loyal
from tests.api import Api
from tests.make import JOINED, Fleet, usd

GOALS = """query ($id: ID!) { customer(id: $id) { loyalty {
  achievements { achievement { name description metric target rewardPoints active completions }
    current percent earnedAt }
  challenges { challenge { name metric target startsAt endsAt rewardPoints
      rewardCredit { amount currency } rewardFreeUnlocks featured active completions }
    current percent completedAt }
} } }"""


SOON = datetime(2100, 1, 1, tzinfo=UTC)
LATER = datetime(2100, 2, 1, tzinfo=UTC)
CHALLENGE = {
    "metric": "RIDES",
    "target": 5,
    "startsAt": "2026-01-16T12:00:00Z",
    "endsAt": "2100-02-01T00:00:00Z",
    "rewardPoints": 0,
    "rewardCredit": None,
    "rewardFreeUnlocks": 0,
    "featured": False,
    "active": True,
    "completions": 0,
}


def reached(customer_id: str, current: int, **when: datetime | None) -> dict[str, object]:
    return {"customer_id": customer_id, "current": current, **when}


async def test_a_member_sees_the_achievements_offered_and_those_once_earned(
    fleet: Fleet, api: Api
) -> None:
    ada, bob, who = await fleet.customer(), await fleet.customer(), await fleet.operator()
    old = await loyal.achievement(fleet, "Founder", active=False)
    await loyal.achievement(fleet, "Withdrawn", active=False)
    far = await loyal.achievement(fleet, "Far", metric="DISTANCE_KM", target=3, description="Go!")
    early = ids.new(Prefix.ACHIEVEMENT, JOINED - timedelta(days=1))
    await loyal.achievement(fleet, "Untouched", id=early)
    for customer_id in (ada, bob):
        own = reached(customer_id, 12, earned_at=JOINED)
        await fleet.row("achievement_progress", achievement_id=old, **own)
    await fleet.row("achievement_progress", achievement_id=far, **reached(ada, 2))

    found = await api.get(who, GOALS, id=ada)

    goal = {"description": None, "metric": "RIDES", "target": 10, "rewardPoints": 50}
    distance = goal | {"description": "Go!", "metric": "DISTANCE_KM", "target": 3}
    assert found["customer"]["loyalty"]["achievements"] == [
        {
            "achievement": goal | {"name": "Untouched", "active": True, "completions": 0},
            "current": 0,
            "percent": 0,
            "earnedAt": None,
        },
        {
            "achievement": distance | {"name": "Far", "active": True, "completions": 0},
            "current": 2,
            "percent": 66,
            "earnedAt": None,
        },
        {
            "achievement": goal | {"name": "Founder", "active": False, "completions": 2},
            "current": 12,
            "percent": 100,
            "earnedAt": "2026-01-15T12:00:00Z",
        },
    ]


async def test_a_member_sees_the_challenges_under_way_and_those_completed(
    fleet: Fleet, api: Api
) -> None:
    ada, who = await fleet.customer(), await fleet.operator()
    past = {"starts_at": JOINED, "ends_at": JOINED + timedelta(days=7)}
    running = {"starts_at": JOINED + timedelta(days=1), "ends_at": LATER}
    done = await loyal.challenge(fleet, "Done", **past, reward_points=20)
    await loyal.challenge(fleet, "Missed", **past)
    on = await loyal.challenge(fleet, "On", **running, reward_credit=250, reward_free_unlocks=1)
    await loyal.challenge(fleet, "Withdrawn", **running, active=False)
    await loyal.challenge(fleet, "Coming", starts_at=SOON, ends_at=LATER, featured=True)
    completed = reached(ada, 5, completed_at=JOINED)
    await fleet.row("challenge_progress", challenge_id=done, **completed)
    await fleet.row("challenge_progress", challenge_id=on, **reached(ada, 4))

    found = await api.get(who, GOALS, id=ada)

    assert found["customer"]["loyalty"]["challenges"] == [
        {
            "challenge": CHALLENGE
            | {"name": "Coming", "startsAt": "2100-01-01T00:00:00Z", "featured": True},
            "current": 0,
            "percent": 0,
            "completedAt": None,
        },
        {
            "challenge": CHALLENGE
            | {"name": "On", "rewardCredit": usd("2.50"), "rewardFreeUnlocks": 1},
            "current": 4,
            "percent": 80,
            "completedAt": None,
        },
        {
            "challenge": CHALLENGE
            | {"name": "Done", "rewardPoints": 20, "completions": 1}
            | {"startsAt": "2026-01-15T12:00:00Z", "endsAt": "2026-01-22T12:00:00Z"},
            "current": 5,
            "percent": 100,
            "completedAt": "2026-01-15T12:00:00Z",
        },
    ]
