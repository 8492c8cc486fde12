"""Who earned the most points: of all time, of this month, and of the last thirty days."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access import Scope
from tests import loyal
from tests.api import Api, codes
from tests.conftest import Clock
from tests.make import JOINED, Fleet, Make, Who

BOARD = """query ($id: ID!, $first: Int, $period: LeaderboardPeriod! = ALL_TIME) {
  subaccount(id: $id) { loyaltyProgram { leaderboard(first: $first, period: $period) {
    rank customer { id } pointsEarned } } } }"""
PERIODS = ("ALL_TIME", "THIS_MONTH", "LAST_30_DAYS")


async def board(api: Api, who: Who, fleet: Fleet, **asked: Any) -> list[tuple[int, str, int]]:
    found = await api.get(who, BOARD, id=fleet.id, **asked)
    return [
        (entry["rank"], entry["customer"]["id"], entry["pointsEarned"])
        for entry in found["subaccount"]["loyaltyProgram"]["leaderboard"]
    ]


async def earned(fleet: Fleet, points: int, at: datetime | None = None, **changed: Any) -> str:
    """A member who earned so much, all of it at once."""
    customer_id = await fleet.customer(**changed)
    await fleet.row("loyalty_member", customer_id=customer_id, lifetime_earned=points)
    if points:
        await booked(fleet, customer_id, points, at=at)
    return customer_id


async def booked(
    fleet: Fleet, customer_id: str, points: int, kind: str = "EARN", at: datetime | None = None
) -> None:
    """A line of the points ledger, as if it had been booked at a time."""
    line = await fleet.post(customer_id, points, kind, account="POINTS")
    if at is not None:
        dated = "UPDATE entry SET created_at = $1 WHERE subaccount_id = $2 AND id = $3"
        await fleet.make.store.execute(dated, at, fleet.id, line)


@pytest.mark.parametrize("period", PERIODS)
async def test_the_most_points_come_first_and_equal_points_share_a_rank(
    make: Make, fleet: Fleet, api: Api, period: str
) -> None:
    few, most, some, as_many = [await earned(fleet, points) for points in (5, 50, 20, 20)]
    await earned(fleet, 0)
    gone = await earned(fleet, 99)
    await fleet.change(gone, deleted_at=JOINED)
    await earned(await make.fleet(), 100)
    who = await fleet.operator()

    found = await board(api, who, fleet, period=period)
    top = await board(api, who, fleet, period=period, first=2)

    assert found == [(1, most, 50), (2, as_many, 20), (2, some, 20), (4, few, 5)]
    assert top == found[:2]


async def test_earned_in_a_period_is_what_the_running_total_counts(fleet: Fleet, api: Api) -> None:
    ada, who = await fleet.customer(), await fleet.operator()
    for points, kind in (
        (100, "EARN"), (30, "BONUS"), (7, "ADJUSTMENT"), (-9, "ADJUSTMENT"), (-20, "REVERSAL"),
        (-50, "REDEEM"), (-58, "EXPIRATION"), (11, "REVERSAL"),
    ):  # fmt: skip
        await booked(fleet, ada, points, kind)
    await fleet.row("loyalty_member", customer_id=ada, lifetime_earned=137)
    await fleet.post(ada, 500, "BONUS", account="BONUS", bonus_reason="PARTNER")

    found = [await board(api, who, fleet, period=period) for period in PERIODS]

    assert found == [[(1, ada, 137)]] * 3


BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LAST = timedelta(microseconds=1)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("timezone", "now", "start"),
    [
        (BERLIN, utc(2026, 6, 15, 12), utc(2026, 5, 31, 22)),
        (BERLIN, utc(2026, 3, 31, 12), utc(2026, 2, 28, 23)),
        (NEW_YORK, utc(2026, 11, 30, 12), utc(2026, 11, 1, 4)),
        (NEW_YORK, utc(2026, 12, 1, 4, 59), utc(2026, 11, 1, 4)),
        (NEW_YORK, utc(2026, 12, 1, 5), utc(2026, 12, 1, 5)),
    ],
)
async def test_this_month_is_that_of_the_fleets_own_calendar(
    make: Make, api: Api, clock: Clock, timezone: str, now: datetime, start: datetime
) -> None:
    fleet = await make.fleet(timezone=timezone)
    in_time = await earned(fleet, 5, at=start)
    await earned(fleet, 9, at=start - LAST)
    clock.at = now
    who = await fleet.operator()

    found = await board(api, who, fleet, period="THIS_MONTH")

    assert found == [(1, in_time, 5)]


@pytest.mark.parametrize("now", [utc(2026, 3, 20, 12), utc(2026, 11, 15, 12), loyal.NOON])
async def test_thirty_days_roll_by_the_instant_whatever_clocks_do(
    make: Make, api: Api, clock: Clock, now: datetime
) -> None:
    fleet = await make.fleet(timezone=NEW_YORK)
    in_time = await earned(fleet, 5, at=now - timedelta(days=30))
    await earned(fleet, 9, at=now - timedelta(days=30) - LAST)
    clock.at = now
    who = await fleet.operator()

    found = await board(api, who, fleet, period="LAST_30_DAYS")

    assert found == [(1, in_time, 5)]


async def test_ten_are_shown_unless_asked_and_a_hundred_at_most(fleet: Fleet, api: Api) -> None:
    for points in range(1, 12):
        await earned(fleet, points)
    who = await fleet.operator()

    usual = await board(api, who, fleet)
    alone = await board(api, who, fleet, first=1)
    most = await board(api, who, fleet, first=100)
    refused = [await api.ask(who, BOARD, id=fleet.id, first=size) for size in (0, -1, 101)]

    assert [points for _, _, points in usual] == list(range(11, 1, -1))
    assert [points for _, _, points in alone] == [11]
    assert [points for _, _, points in most] == list(range(11, 0, -1))
    path = ["subaccount", "loyaltyProgram", "leaderboard"]
    assert [codes(answer) for answer in refused] == [[(path, "BAD_USER_INPUT")]] * 3


BOTH = """query ($a: ID!, $b: ID!) {
  a: subaccount(id: $a) { loyaltyProgram { one: leaderboard(first: 1) { pointsEarned }
    all: leaderboard { pointsEarned } month: leaderboard(period: THIS_MONTH) { pointsEarned } } }
  b: subaccount(id: $b) { loyaltyProgram { all: leaderboard { pointsEarned }
    month: leaderboard(period: THIS_MONTH) { pointsEarned } } } }"""


async def test_boards_asked_together_are_told_apart(make: Make, api: Api) -> None:
    bay, hill = await make.fleet(), await make.fleet()
    long_ago = JOINED - timedelta(days=3650)
    for fleet, points, at in ((bay, 7, None), (bay, 9, long_ago), (hill, 3, long_ago)):
        await earned(fleet, points, at=at)
    who = await make.operator(bay, hill)

    found = await api.get(who, BOTH, a=bay.id, b=hill.id)

    def told(*points: int) -> list[dict[str, int]]:
        return [{"pointsEarned": earned} for earned in points]

    assert found == {
        "a": {"loyaltyProgram": {"one": told(9), "all": told(9, 7), "month": told(7)}},
        "b": {"loyaltyProgram": {"all": told(3), "month": []}},
    }


async def test_a_partner_reads_who_leads_by_the_scope_of_loyalty(fleet: Fleet, api: Api) -> None:
    ada = await earned(fleet, 5)
    partner = await fleet.partner(Scope.LOYALTY_READ)

    found = await api.get(partner, BOARD, id=fleet.id)

    entry = {"rank": 1, "customer": {"id": ada}, "pointsEarned": 5}
    assert found["subaccount"]["loyaltyProgram"] == {"leaderboard": [entry]}
