"""What a program has come to equals its ledger, after every line and every deletion (LOY-10)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.access import Role
from tests import loyal
from tests.api import Api
from tests.conftest import Clock
from tests.make import JOINED, Fleet, Make, Who

STATS = """query ($id: ID!) { subaccount(id: $id) { loyaltyProgram { stats {
  members pointsInCirculation lifetimeIssued lifetimeRedeemed liability { amount currency }
  enrollmentRate monthlyActiveRate redemptionRate } } } }"""
LEDGER = """
SELECT
  (SELECT count(*) FROM customer WHERE subaccount_id = $1 AND deleted_at IS NULL) AS customers,
  count(DISTINCT e.customer_id) FILTER (WHERE c.deleted_at IS NULL) AS members,
  coalesce(sum(e.amount) FILTER (WHERE c.deleted_at IS NULL), 0) AS points,
  coalesce(sum(e.amount) FILTER (WHERE e.kind IN ('EARN', 'BONUS')
    OR e.kind = 'ADJUSTMENT' AND e.amount > 0), 0) AS issued,
  coalesce(-sum(e.amount) FILTER (WHERE e.kind = 'REDEEM'), 0) AS redeemed,
  count(DISTINCT e.customer_id) FILTER (WHERE c.deleted_at IS NULL AND e.kind = 'EARN'
    AND e.created_at >= now() - interval '30 days') AS active
FROM entry e JOIN customer c ON c.subaccount_id = e.subaccount_id AND c.id = e.customer_id
WHERE e.subaccount_id = $1 AND e.account = 'POINTS'
"""


async def stats(api: Api, who: Who, fleet: Fleet) -> dict[str, Any]:
    found = await api.get(who, STATS, id=fleet.id)
    shown: dict[str, Any] = found["subaccount"]["loyaltyProgram"]["stats"]
    return shown


async def summed(fleet: Fleet) -> dict[str, Any]:
    """The same from plain sums over the ledger, at a cent a point."""
    row = await fleet.make.store.fetchrow(LEDGER, fleet.id)
    assert row is not None

    def rate(part: str, whole: str) -> float:
        return int(row[part]) / int(row[whole]) if row[whole] else 0.0

    return {
        "members": row["members"],
        "pointsInCirculation": str(row["points"]),
        "lifetimeIssued": str(row["issued"]),
        "lifetimeRedeemed": str(row["redeemed"]),
        "liability": {"amount": f"{row['points'] / Decimal(100):.2f}", "currency": "USD"},
        "enrollmentRate": rate("members", "customers"),
        "monthlyActiveRate": rate("active", "members"),
        "redemptionRate": rate("redeemed", "issued"),
    }


@pytest.mark.rule("LOY-10")
async def test_the_figures_equal_the_ledger_after_every_change(fleet: Fleet, api: Api) -> None:
    who = await fleet.operator(Role.ANALYST)
    ada, bob, eve = [await fleet.customer() for _ in range(3)]

    def line(customer_id: str, points: int, kind: str) -> Callable[[], Awaitable[object]]:
        return lambda: fleet.post(customer_id, points, kind, account="POINTS")

    def changed(customer_id: str, **changes: object) -> Callable[[], Awaitable[object]]:
        return lambda: fleet.change(customer_id, **changes)

    history = [
        line(ada, 100, "EARN"), line(ada, 11, "BONUS"), line(ada, 7, "ADJUSTMENT"),
        line(ada, -3, "ADJUSTMENT"), line(ada, -40, "REDEEM"), line(ada, -5, "REVERSAL"),
        line(ada, -70, "EXPIRATION"), line(bob, 20, "BONUS"), line(eve, 30, "EARN"),
        fleet.customer, changed(eve, deleted_at=loyal.NOON),
        changed(ada, blocked_at=loyal.NOON, blocked_reason="Ran off"),
        line(bob, 9, "EARN"), changed(bob, completed_rides=5),
    ]  # fmt: skip
    shown, sums = [await stats(api, who, fleet)], [await summed(fleet)]
    for step in history:
        await step()
        shown.append(await stats(api, who, fleet))
        sums.append(await summed(fleet))

    assert shown == sums
    assert shown[-1] == {
        "members": 2,
        "pointsInCirculation": "29",
        "lifetimeIssued": "177",
        "lifetimeRedeemed": "40",
        "liability": {"amount": "0.29", "currency": "USD"},
        "enrollmentRate": 2 / 3,
        "monthlyActiveRate": 1.0,
        "redemptionRate": 40 / 177,
    }


async def test_a_fleet_without_customers_has_zeros(make: Make, api: Api) -> None:
    fleet = await make.fleet(currency="KWD")

    found = await stats(api, await fleet.operator(), fleet)

    assert found == {
        "members": 0,
        "pointsInCirculation": "0",
        "lifetimeIssued": "0",
        "lifetimeRedeemed": "0",
        "liability": {"amount": "0.000", "currency": "KWD"},
        "enrollmentRate": 0.0,
        "monthlyActiveRate": 0.0,
        "redemptionRate": 0.0,
    }


async def test_points_beyond_32_bits_are_told_exactly_at_the_fleets_own_rate(
    fleet: Fleet, api: Api
) -> None:
    await loyal.open_program(fleet, redemption_rate=Decimal("0.0033"))
    ada, bob = await fleet.customer(), await fleet.customer()
    for customer_id in (ada, bob):
        await fleet.post(customer_id, 2**53 + 1, "BONUS", account="POINTS")

    found = await stats(api, await fleet.operator(), fleet)

    assert found["pointsInCirculation"] == found["lifetimeIssued"] == "18014398509481986"
    assert found["liability"] == {"amount": "59447515081290.55", "currency": "USD"}


async def earned_at(fleet: Fleet, at: datetime) -> None:
    """A member whose points were all earned at a time."""
    ada = await fleet.customer()
    await fleet.post(ada, 5, "EARN", account="POINTS")
    dated = "UPDATE account SET last_earned_at = $1 WHERE customer_id = $2 AND kind = 'POINTS'"
    await fleet.make.store.execute(dated, at, ada)


@pytest.mark.parametrize("now", [loyal.NOON, datetime(2026, 3, 20, 12, tzinfo=UTC)])
async def test_a_member_is_active_for_thirty_days_after_earning_points(
    make: Make, api: Api, clock: Clock, now: datetime
) -> None:
    fleet = await make.fleet(timezone="America/New_York")
    thirty_days_ago = now - timedelta(days=30)
    await earned_at(fleet, thirty_days_ago)
    for _ in range(2):
        await earned_at(fleet, thirty_days_ago - timedelta(microseconds=1))
    given = await fleet.customer()
    await fleet.post(given, 5, "BONUS", account="POINTS")
    clock.at = now

    found = await stats(api, await fleet.operator(), fleet)

    assert (found["members"], found["monthlyActiveRate"]) == (4, 0.25)


async def test_figures_are_of_one_fleet(make: Make, fleet: Fleet, api: Api) -> None:
    other = await make.fleet()
    for owner, points in ((fleet, 5), (other, 7)):
        await owner.post(await owner.customer(), points, "EARN", account="POINTS")
        await owner.customer(deleted_at=JOINED)
    who = await make.operator(fleet, other)

    found = [await stats(api, who, owner) for owner in (fleet, other)]

    assert [shown["pointsInCirculation"] for shown in found] == ["5", "7"]
    assert [shown["enrollmentRate"] for shown in found] == [1.0, 1.0]
    assert [shown["monthlyActiveRate"] for shown in found] == [1.0, 1.0]
