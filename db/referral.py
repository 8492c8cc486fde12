"""Who brought whom, and what it paid."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
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
    func,
    insert,
    select,
    true,
)

from db.customer import customer
from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, fleet_key, metadata, refers, within
from db.types import Instant, MinorUnits, one_of
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import ReferralStatus
from domain.money import Minor, Money
from domain.referral import Referral, ReferralTier, first_name


class ReferralTierColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    name: Named[str] = Column(Text)
    min_referrals: Named[int] = Column(Integer)
    referrer_reward: Named[Minor] = Column(MinorUnits)
    referee_reward: Named[Minor] = Column(MinorUnits)


class ReferralColumns(TypedColumns):
    subaccount_id: Named[str] = Column(Text, primary_key=True)
    referee_id: Named[str] = Column(Text, primary_key=True)
    referrer_id: Named[str] = Column(Text)
    status: Named[ReferralStatus] = Column(one_of(ReferralStatus))
    referrer_reward: Named[Minor | None] = Column(MinorUnits)
    referee_reward: Named[Minor | None] = Column(MinorUnits)
    created_at: Named[datetime] = Column(Instant)
    rewarded_at: Named[datetime | None] = Column(Instant)


referral_tier = Table(
    "referral_tier",
    metadata,
    ReferralTierColumns,
    fleet_key(),
    UniqueConstraint("subaccount_id", "min_referrals"),
    CheckConstraint("min_referrals >= 0", "min_referrals"),
    CheckConstraint("referrer_reward >= 0 AND referee_reward >= 0", "rewards"),
)
referral = Table(
    "referral",
    metadata,
    ReferralColumns,
    refers("referee_id", "customer"),
    refers("referrer_id", "customer"),
    CheckConstraint("referee_id <> referrer_id", "not_oneself"),
    CheckConstraint("(status = 'REWARDED') = (rewarded_at IS NOT NULL)", "rewarded"),
    Index(None, "subaccount_id", "referrer_id"),
)

referrer = customer.alias("referrer")
brought = referral.alias("brought")
rewarded = brought.c.status == ReferralStatus.REWARDED
brought_by_them = (
    select(
        func.count().filter(brought.c.status == ReferralStatus.PENDING).label("pending"),
        func.count().filter(rewarded).label("rewarded"),
        func.coalesce(func.sum(brought.c.referrer_reward).filter(rewarded), 0)
        .cast(BigInteger)
        .label("earned"),
    )
    .where(
        brought.c.subaccount_id == customer.c.subaccount_id, brought.c.referrer_id == customer.c.id
    )
    .lateral("brought_by_them")
)
OF_CUSTOMERS = Query(
    select(
        customer.c.id,
        subaccount.c.currency,
        customer.c.referral_code,
        subaccount.c.share_url,
        referrer.c.id,
        referrer.c.name,
        *brought_by_them.c,
    )
    .select_from(
        customer.join(subaccount, subaccount.c.id == customer.c.subaccount_id)
        .outerjoin(
            referral,
            and_(
                referral.c.subaccount_id == customer.c.subaccount_id,
                referral.c.referee_id == customer.c.id,
            ),
        )
        .outerjoin(
            referrer,
            and_(
                referrer.c.subaccount_id == referral.c.subaccount_id,
                referrer.c.id == referral.c.referrer_id,
            ),
        )
        .join(brought_by_them, true())
    )
    .where(within(customer.c.subaccount_id, customer.c.id), among(customer.c.id))
)
REFERRAL_TIER = (
    referral_tier.c.id,
    referral_tier.c.subaccount_id,
    referral_tier.c.name,
    referral_tier.c.min_referrals,
    referral_tier.c.referrer_reward,
    referral_tier.c.referee_reward,
)
TIERS = Query(
    select(subaccount.c.currency, *REFERRAL_TIER)
    .join(referral_tier, referral_tier.c.subaccount_id == subaccount.c.id)
    .where(within(referral_tier.c.subaccount_id), among(referral_tier.c.id))
)

# The policy holds the row against the fleets.
ADD = Query(insert(referral).returning(referral.c.referee_id))


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, Referral]:
    """The code of each customer that exists for the caller, and what came of it."""
    found = await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids)
    return {row[0]: _referral(row) for row in found}


async def tiers(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, ReferralTier]:
    """The referral tiers of the caller's fleets, of those asked for."""
    found = await connection.rows(TIERS, reach, keys=ids)
    return {row[1]: referral_tier_of(row[0], row[1:]) for row in found}


async def add(
    connection: Connection,
    reach: Reach,
    subaccount_id: SubaccountId,
    *,
    referrer_id: CustomerId,
    referee_id: CustomerId,
    at: datetime,
) -> None:
    """Keep who brought a customer; it pays nothing before the first ride (LOY-9)."""
    row = {
        "subaccount_id": subaccount_id,
        "referee_id": referee_id,
        "referrer_id": referrer_id,
        "status": ReferralStatus.PENDING,
        "referrer_reward": None,
        "referee_reward": None,
        "created_at": at,
        "rewarded_at": None,
    }
    await connection.rows(ADD, reach, **row)


def referral_tier_of(currency: str, row: Sequence[Any]) -> ReferralTier:
    """A referral tier from a row of the columns of `REFERRAL_TIER`."""
    id, subaccount_id, name, minimum, paid, given = row
    rewards = Money(paid, currency), Money(given, currency)
    return ReferralTier(id, SubaccountId(subaccount_id), name, minimum, *rewards)


def _referral(row: tuple[Any, ...]) -> Referral:
    id, currency, code, share_url, referrer_id, name, pending, rewarded, earned = row
    return Referral(
        CustomerId(id),
        code,
        share_url + code,
        None if referrer_id is None else CustomerId(referrer_id),
        None if name is None else first_name(name),
        pending,
        rewarded,
        Money(Minor(earned), currency),
    )
