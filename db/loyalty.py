"""The loyalty program of each fleet, and its members."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Named,
    Numeric,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    column,
    exists,
    func,
    select,
)

from db.customer import customer
from db.query import Connection, Query
from db.tables import among, asked, fleet_key, metadata, refers, within
from db.types import Instant, Percent
from domain.access import Reach
from domain.ids import SubaccountId
from domain.loyalty import LoyaltySettings, LoyaltyTier, defaults


class LoyaltySettingsColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    enabled: Named[bool] = Column(Boolean)
    enabled_at: Named[datetime | None] = Column(Instant)
    points_per_currency_unit: Named[Decimal] = Column(Numeric(12, 4))
    redemption_rate: Named[Decimal] = Column(Numeric(12, 6))
    min_redemption: Named[int] = Column(Integer)
    max_redemption: Named[int | None] = Column(Integer)
    points_expiration_days: Named[int | None] = Column(Integer)
    streak_bonus_points: Named[int | None] = Column(Integer)
    streak_daily_cap: Named[int | None] = Column(Integer)
    daily_earn_cap: Named[int | None] = Column(Integer)


class LoyaltyTierColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    description: Named[str | None] = Column(Text)
    color: Named[str | None] = Column(Text)
    min_rides: Named[int] = Column(Integer)
    window_days: Named[int] = Column(Integer)
    unlock_discount_percent: Named[Decimal] = Column(Percent)
    minute_discount_percent: Named[Decimal] = Column(Percent)
    free_unlocks_per_month: Named[int] = Column(Integer)
    points_multiplier: Named[Decimal] = Column(Numeric(6, 3))


class LoyaltyMemberColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text, primary_key=True)
    tier_id: Named[str | None] = Column(Text)
    lifetime_earned: Named[int] = Column(BigInteger, server_default="0")
    lifetime_redeemed: Named[int] = Column(BigInteger, server_default="0")
    streak_days: Named[int] = Column(Integer, server_default="0")
    streak_day: Named[date | None] = Column(Date)
    last_activity_at: Named[datetime | None] = Column(Instant)


class FreeUnlockColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[str] = Column(Text)
    challenge_id: Named[str] = Column(Text)
    expires_at: Named[datetime] = Column(Instant)
    ride_id: Named[str | None] = Column(Text)


loyalty_settings = Table(
    "loyalty_settings",
    metadata,
    LoyaltySettingsColumns,
    fleet_key(),
    CheckConstraint("points_per_currency_unit >= 0 AND redemption_rate >= 0", "rates"),
    CheckConstraint(
        "min_redemption > 0 AND coalesce(max_redemption, min_redemption) >= min_redemption",
        "redemption",
    ),
    CheckConstraint("points_expiration_days > 0", "points_expiration_days"),
)
loyalty_tier = Table(
    "loyalty_tier",
    metadata,
    LoyaltyTierColumns,
    fleet_key(),
    UniqueConstraint("subaccount_id", "min_rides"),
    CheckConstraint("min_rides >= 0 AND window_days > 0", "rides"),
    CheckConstraint("unlock_discount_percent BETWEEN 0 AND 100", "unlock_discount"),
    CheckConstraint("minute_discount_percent BETWEEN 0 AND 100", "minute_discount"),
    CheckConstraint("free_unlocks_per_month >= 0 AND points_multiplier >= 0", "benefits"),
)
loyalty_member = Table(
    "loyalty_member",
    metadata,
    LoyaltyMemberColumns,
    refers("customer_id", "customer"),
    refers("tier_id", "loyalty_tier"),
    CheckConstraint("lifetime_earned >= 0 AND lifetime_redeemed >= 0", "lifetime"),
    CheckConstraint("streak_days >= 0", "streak_days"),
    Index("ix_loyalty_member_tier", "subaccount_id", "tier_id", "customer_id"),
    Index("ix_loyalty_member_earned", "subaccount_id", "lifetime_earned", "customer_id"),
)
free_unlock = Table(
    "free_unlock",
    metadata,
    FreeUnlockColumns,
    refers("customer_id", "customer"),
    refers("challenge_id", "challenge"),
    refers("ride_id", "ride"),
    Index(None, "subaccount_id", "customer_id"),
)

Moment: TypeAlias = tuple[str, datetime]
"""The id of a customer or a fleet, and the time at which its loyalty is looked at."""
moments = (
    func.unnest(asked("keys", ARRAY(Text)), asked("times", ARRAY(Instant)))
    .table_valued(column("id", Text), column("at", Instant))
    .render_derived(name="k")
)
SETTINGS = (
    loyalty_settings.c.enabled,
    loyalty_settings.c.points_per_currency_unit,
    loyalty_settings.c.redemption_rate,
    loyalty_settings.c.min_redemption,
    loyalty_settings.c.max_redemption,
    loyalty_settings.c.points_expiration_days,
    loyalty_settings.c.streak_bonus_points,
    loyalty_settings.c.streak_daily_cap,
    loyalty_settings.c.daily_earn_cap,
    loyalty_settings.c.enabled_at,
)
TIER = (
    loyalty_tier.c.id,
    loyalty_tier.c.subaccount_id,
    loyalty_tier.c.name,
    loyalty_tier.c.description,
    loyalty_tier.c.color,
    loyalty_tier.c.min_rides,
    loyalty_tier.c.window_days,
    loyalty_tier.c.unlock_discount_percent,
    loyalty_tier.c.minute_discount_percent,
    loyalty_tier.c.free_unlocks_per_month,
    loyalty_tier.c.points_multiplier,
)
TIERS = Query(select(*TIER).where(within(loyalty_tier.c.subaccount_id), among(loyalty_tier.c.id)))
MEMBERS = Query(
    select(loyalty_member.c.tier_id, func.count())
    .where(
        within(loyalty_member.c.subaccount_id, loyalty_member.c.customer_id),
        among(loyalty_member.c.tier_id),
        # The few who are deleted, rather than all who are not.
        ~exists().where(
            customer.c.subaccount_id == loyalty_member.c.subaccount_id,
            customer.c.id == loyalty_member.c.customer_id,
            customer.c.deleted,
        ),
    )
    .group_by(loyalty_member.c.tier_id)
)


async def tiers(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, LoyaltyTier]:
    """The tiers of the caller's fleets, of those asked for."""
    return {row[0]: tier_of(row) for row in await connection.rows(TIERS, reach, keys=ids)}


async def members(connection: Connection, reach: Reach, tier_ids: Sequence[str]) -> dict[str, int]:
    """How many customers, but for deleted ones, each tier has."""
    counts = await connection.rows(MEMBERS, reach, keys=tier_ids)
    return {**dict.fromkeys(tier_ids, 0), **{tier or "": count for tier, count in counts}}


def settings_of(currency: str, row: Sequence[Any]) -> LoyaltySettings:
    """The settings from a row of the columns of `SETTINGS`, empty where a fleet has none (LOY-1).

    Rates are without the zeros that their columns fill up with, as the defaults are.
    """
    enabled, earn, redeem, *rest = row
    if enabled is None:
        return defaults(currency)
    return LoyaltySettings(enabled, earn.normalize(), redeem.normalize(), *rest)


def tier_of(row: tuple[Any, ...]) -> LoyaltyTier:
    """A tier from a row of the columns of `TIER`."""
    id, subaccount_id, *rest = row
    return LoyaltyTier(id, SubaccountId(subaccount_id), *rest)
