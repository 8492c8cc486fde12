"""What a customer has in the fleet's loyalty program, at one moment, in one statement."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Table,
    and_,
    exists,
    func,
    select,
    true,
)

from db.customer import customer
from db.ledger import account
from db.loyalty import (
    SETTINGS,
    TIER,
    Moment,
    free_unlock,
    loyalty_member,
    loyalty_settings,
    loyalty_tier,
    moments,
    settings_of,
    tier_of,
)
from db.query import Connection, Query
from db.ride import ride
from db.subaccount import subaccount
from db.tables import within
from domain.access import Reach
from domain.calendar import local_date
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import LoyaltyMembership, running_streak
from domain.ride import RideStatus
from domain.wallet import POINTS

MEMBER = (
    loyalty_member.c.lifetime_earned,
    loyalty_member.c.lifetime_redeemed,
    loyalty_member.c.streak_days,
    loyalty_member.c.streak_day,
    loyalty_member.c.last_activity_at,
)


def _tier(of: FromClause, role: str) -> list[ColumnElement[Any]]:
    return [of.c[known.name].label(f"{role}_{known.name}") for known in TIER]


def _own(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.subaccount_id == customer.c.subaccount_id, table.c.customer_id == customer.c.id
    )


current = loyalty_tier.alias("current")
following = (
    select(*TIER)
    .where(
        loyalty_tier.c.subaccount_id == customer.c.subaccount_id,
        loyalty_tier.c.min_rides > func.coalesce(current.c.min_rides, -1),
    )
    .order_by(loyalty_tier.c.min_rides)
    .limit(1)
    .lateral("following")
)
# What the clocks of the fleet show; of an hour that they show twice, the later one (GEN-5).
local = func.timezone(subaccount.c.timezone, moments.c.at)
window = func.coalesce(following.c.window_days, current.c.window_days)
# Materialized, so that the two instants are plain columns by the time that rides are counted:
# under row policies an index serves no comparison with a function of another table's column.
found = (
    select(
        customer.c.id.label("customer_id"),
        moments.c.at,
        customer.c.subaccount_id,
        subaccount.c.currency,
        subaccount.c.timezone,
        func.coalesce(account.c.balance, 0).label("points"),
        *SETTINGS,
        *MEMBER,
        *_tier(current, "current"),
        *_tier(following, "following"),
        func.timezone(subaccount.c.timezone, local - func.make_interval(0, 0, 0, window)).label(
            "window_start"
        ),
        func.timezone(subaccount.c.timezone, func.date_trunc("month", local)).label("month_start"),
    )
    .select_from(
        moments.join(customer, customer.c.id == moments.c.id)
        .join(subaccount, subaccount.c.id == customer.c.subaccount_id)
        .outerjoin(loyalty_settings, loyalty_settings.c.subaccount_id == subaccount.c.id)
        .outerjoin(account, and_(_own(account), account.c.kind == POINTS))
        .outerjoin(loyalty_member, _own(loyalty_member))
        .outerjoin(
            current,
            and_(
                current.c.subaccount_id == loyalty_member.c.subaccount_id,
                current.c.id == loyalty_member.c.tier_id,
            ),
        )
        .outerjoin(following, true())
    )
    .where(within(customer.c.subaccount_id, customer.c.id))
    .cte("found")
    .prefix_with("MATERIALIZED")
)


def _count(table: Table, *that: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many of the customer's own rows are so."""
    own = (
        table.c.subaccount_id == found.c.subaccount_id,
        table.c.customer_id == found.c.customer_id,
    )
    return select(func.count()).select_from(table).where(*own, *that).scalar_subquery()


by_a_granted_one = exists().where(
    free_unlock.c.subaccount_id == ride.c.subaccount_id,
    free_unlock.c.customer_id == ride.c.customer_id,
    free_unlock.c.ride_id == ride.c.id,
)
MEMBERSHIPS = Query(
    select(
        *[*found.c][:-2],
        _count(
            ride,
            ride.c.ended_at > found.c.window_start,
            ride.c.status == RideStatus.COMPLETED,
        ),
        # A voided ride gave its free unlock back, a cancelled one never used it (RID-3).
        _count(
            ride,
            ride.c.started_at >= found.c.month_start,
            ride.c.status.in_([RideStatus.ACTIVE, RideStatus.COMPLETED]),
            ride.c.free_unlock,
            ~by_a_granted_one,
        ),
        _count(free_unlock, free_unlock.c.ride_id.is_(None), free_unlock.c.expires_at > found.c.at),
    )
)
PARTS = (5, 1, len(SETTINGS), len(MEMBER), len(TIER), len(TIER), 3)
"""A row's columns: owner, points, settings, member, two tiers, three counts."""


async def of_customers(
    connection: Connection, reach: Reach, keys: Sequence[Moment]
) -> dict[Moment, LoyaltyMembership]:
    """The membership of each customer that exists for the caller, as it is at a time.

    Every customer has one; of a fleet that never opened its program with the defaults (LOY-1).
    """
    ids, times = zip(*keys, strict=True)
    rows = await connection.rows(MEMBERSHIPS, reach, keys=ids, times=times)
    return {(row[0], row[1]): _membership(row) for row in rows}


def _membership(row: tuple[Any, ...]) -> LoyaltyMembership:
    values = iter(row)
    parts = (tuple(islice(values, size)) for size in PARTS)
    owner, (points,), program, member, tier, next_tier, counts = parts
    customer_id, at, subaccount_id, currency, timezone = owner
    earned, redeemed, days, last_day, last_activity_at = member
    rides, used, granted = counts
    return LoyaltyMembership(
        CustomerId(customer_id),
        SubaccountId(subaccount_id),
        currency,
        timezone,
        settings=settings_of(currency, program),
        points=points,
        lifetime_earned=earned or 0,
        lifetime_redeemed=redeemed or 0,
        tier=tier_of(tier) if tier[0] else None,
        next_tier=tier_of(next_tier) if next_tier[0] else None,
        rides_in_window=rides,
        free_unlocks_used=used,
        free_unlocks_granted=granted,
        streak_days=running_streak(days or 0, last_day, local_date(at, timezone)),
        last_activity_at=last_activity_at,
    )
