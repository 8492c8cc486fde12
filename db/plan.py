"""Plans, subscriptions to them, and the periods that were paid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    and_,
    select,
    update,
)

from db.page import Pages
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, asked, fleet_key, metadata, refers, within
from db.types import Instant, MinorUnits, one_of
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.money import Minor, Money
from domain.page import Page, PageKey, page
from domain.plan import BillingFrequency, Plan, RideSubscription, RideSubscriptionStatus


class PlanColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    price: Named[Minor] = Column(MinorUnits)
    billing_frequency: Named[BillingFrequency] = Column(one_of(BillingFrequency))
    included_rides: Named[int | None] = Column(Integer)
    included_minutes: Named[int | None] = Column(Integer)
    active: Named[bool] = Column(Boolean)


class RideSubscriptionColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    plan_id: Named[str] = Column(Text)
    package_name: Named[str] = Column(Text)
    status: Named[RideSubscriptionStatus] = Column(one_of(RideSubscriptionStatus))
    start_date: Named[datetime] = Column(Instant)
    end_date: Named[datetime | None] = Column(Instant)
    billing_frequency: Named[BillingFrequency] = Column(one_of(BillingFrequency))
    amount: Named[Minor] = Column(MinorUnits)
    rides_included: Named[int | None] = Column(Integer)
    minutes_included: Named[int | None] = Column(Integer)
    rides_used: Named[int] = Column(Integer, server_default="0")
    minutes_used: Named[int] = Column(Integer, server_default="0")
    cancel_at_period_end: Named[bool] = Column(Boolean, server_default="false")
    stripe_subscription_id: Named[str | None] = Column(Text)


class SubscriptionPeriodColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    ride_subscription_id: Named[str] = Column(Text)
    starts_at: Named[datetime] = Column(Instant)
    ends_at: Named[datetime] = Column(Instant)
    paid: Named[Minor] = Column(MinorUnits)


plan = Table(
    "plan",
    metadata,
    PlanColumns,
    fleet_key(),
    CheckConstraint("price >= 0", "price"),
    CheckConstraint("included_rides > 0", "included_rides"),
    CheckConstraint("included_minutes > 0", "included_minutes"),
)
ride_subscription = Table(
    "ride_subscription",
    metadata,
    RideSubscriptionColumns,
    refers("customer_id", "customer"),
    refers("plan_id", "plan"),
    UniqueConstraint("subaccount_id", "stripe_subscription_id"),
    CheckConstraint("amount >= 0", "amount"),
    CheckConstraint("rides_used >= 0 AND rides_used <= coalesce(rides_included, 0)", "rides"),
    CheckConstraint(
        "minutes_used >= 0 AND minutes_used <= coalesce(minutes_included, 0)", "minutes"
    ),
    Index(None, "subaccount_id", "customer_id", "start_date", "id"),
)
subscription_period = Table(
    "subscription_period",
    metadata,
    SubscriptionPeriodColumns,
    refers("customer_id", "customer"),
    refers("ride_subscription_id", "ride_subscription"),
    UniqueConstraint("subaccount_id", "ride_subscription_id", "starts_at"),
    CheckConstraint("ends_at > starts_at", "order"),
    CheckConstraint("paid >= 0", "paid"),
    Index(None, "subaccount_id", "customer_id"),
)

SOLD_MAX = 200
"""More plans than a fleet sells; the bound of the list."""

PLAN = (
    plan.c.id,
    plan.c.subaccount_id,
    plan.c.name,
    plan.c.price,
    subaccount.c.currency,
    plan.c.billing_frequency,
    plan.c.included_rides,
    plan.c.included_minutes,
    plan.c.active,
)
PLANS = (
    select(*PLAN)
    .select_from(plan)
    .join(subaccount, subaccount.c.id == plan.c.subaccount_id)
    .where(within(plan.c.subaccount_id))
)
BY_ID = Query(PLANS.where(among(plan.c.id)))
OF_FLEETS = Query(
    PLANS.where(among(plan.c.subaccount_id)).order_by(plan.c.active.desc(), plan.c.name, plan.c.id)
)
SUBSCRIPTIONS = (
    select(
        ride_subscription.c.id,
        ride_subscription.c.customer_id,
        ride_subscription.c.package_name,
        ride_subscription.c.status,
        ride_subscription.c.start_date,
        ride_subscription.c.end_date,
        ride_subscription.c.billing_frequency,
        ride_subscription.c.amount,
        ride_subscription.c.rides_included,
        ride_subscription.c.minutes_included,
        ride_subscription.c.rides_used,
        ride_subscription.c.minutes_used,
        ride_subscription.c.cancel_at_period_end,
        ride_subscription.c.stripe_subscription_id,
        *PLAN,
    )
    .select_from(ride_subscription)
    .join(subaccount, subaccount.c.id == ride_subscription.c.subaccount_id)
    .join(
        plan,
        and_(
            plan.c.subaccount_id == ride_subscription.c.subaccount_id,
            plan.c.id == ride_subscription.c.plan_id,
        ),
    )
    .where(within(ride_subscription.c.subaccount_id, ride_subscription.c.customer_id))
)
SUBSCRIPTION_BY_ID = Query(SUBSCRIPTIONS.where(among(ride_subscription.c.id)))
SUBSCRIPTIONS_OF_CUSTOMERS = Pages(
    SUBSCRIPTIONS,
    ride_subscription,
    owner="customer_id",
    time="start_date",
)

RUNNING = (RideSubscriptionStatus.ACTIVE, RideSubscriptionStatus.PENDING)
CANCEL = Query(
    update(ride_subscription)
    .where(
        within(ride_subscription.c.subaccount_id, ride_subscription.c.customer_id),
        ride_subscription.c.customer_id == asked("customer_id", Text),
        ride_subscription.c.status.in_(RUNNING),
    )
    .values(status=RideSubscriptionStatus.CANCELLED, end_date=asked("at", Instant))
    .returning(ride_subscription.c.id)
)


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, Plan]:
    """The plans of the caller's fleets, of those asked for; also those no longer sold."""
    return {row[0]: _plan(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def of_fleets(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> dict[str, list[Plan]]:
    """The plans of each fleet: those that are sold first, by name."""
    plans: dict[str, list[Plan]] = {id: [] for id in subaccount_ids}
    for row in await connection.rows(OF_FLEETS, reach, keys=subaccount_ids):
        if len(plans[row[1]]) < SOLD_MAX:
            plans[row[1]].append(_plan(row))
    return plans


async def subscriptions(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[None]]
) -> dict[PageKey[None], Page[RideSubscription]]:
    """A page of each customer's subscriptions, newest first."""
    found = await SUBSCRIPTIONS_OF_CUSTOMERS.read(connection, reach, keys)
    return {key: page(key, [_subscription(row) for row in rows]) for key, rows in found.items()}


async def subscription_by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, RideSubscription]:
    """The subscriptions that exist for the caller, of those asked for."""
    found = await connection.rows(SUBSCRIPTION_BY_ID, reach, keys=ids)
    return {row[0]: _subscription(row) for row in found}


async def cancel(
    connection: Connection, reach: Reach, customer_id: CustomerId, *, at: datetime
) -> list[str]:
    """End every subscription of a customer at once, without a refund (SUB-1); gives their ids."""
    found = await connection.rows(CANCEL, reach, customer_id=customer_id, at=at)
    return sorted(id for (id,) in found)


def _plan(row: tuple[Any, ...]) -> Plan:
    id, subaccount_id, name, price, currency, *rest = row
    return Plan(id, subaccount_id, name, Money(price, currency), *rest)


def _subscription(row: tuple[Any, ...]) -> RideSubscription:
    taken = _plan(row[14:])
    amount = Money(row[7], taken.price.currency)
    values: tuple[Any, ...] = (*row[:2], taken, *row[2:7], amount, *row[8:14])
    return RideSubscription(*values)
