"""What each fleet's loyalty program consists of: settings, tiers and goals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, TypeVarTuple

from sqlalchemy import ColumnElement, Select, Table, func, select, true

from db.goal import ACHIEVEMENT, CHALLENGE, achievement, achievement_of, challenge, challenge_of
from db.ledger import account
from db.loyalty import (
    SETTINGS,
    TIER,
    Moment,
    loyalty_settings,
    loyalty_tier,
    moments,
    settings_of,
    tier_of,
)
from db.query import AnyQuery, Connection, Query
from db.referral import REFERRAL_TIER, referral_tier, referral_tier_of
from db.subaccount import subaccount
from db.tables import FLEETS, among, within
from domain.access import Reach
from domain.goal import Achievement, Challenge
from domain.ids import SubaccountId
from domain.loyalty import LoyaltySettings, LoyaltyTier
from domain.referral import ReferralTier

LISTED_MAX = 200
"""Tiers or goals of one fleet; a program that people can follow has a few dozen."""
Ts = TypeVarTuple("Ts")


class OfFleet(Protocol):
    @property
    def subaccount_id(self) -> SubaccountId: ...


T = TypeVar("T", bound=OfFleet)


def _listed(rows: Select[*Ts], table: Table, *order: ColumnElement[Any]) -> AnyQuery:
    """The rows that each fleet has of a table, in an order."""
    listed = rows.where(within(table.c.subaccount_id), table.c.subaccount_id == FLEETS.c.id)
    found = listed.order_by(*order).limit(LISTED_MAX).lateral("q")
    # Only a nested loop can join what refers to the fleet, so each one's rows keep their order.
    return Query(select(*found.c).join_from(FLEETS, found, true()))


SETTINGS_OF_FLEETS = Query(
    select(subaccount.c.id, subaccount.c.currency, *SETTINGS)
    .outerjoin_from(
        subaccount, loyalty_settings, loyalty_settings.c.subaccount_id == subaccount.c.id
    )
    .where(within(subaccount.c.id), among(subaccount.c.id))
)
earned_since = (
    select(func.count().label("members"))
    .where(
        within(account.c.subaccount_id, account.c.customer_id),
        account.c.subaccount_id == moments.c.id,
        account.c.last_earned_at >= moments.c.at,
        ~account.c.closed,
    )
    .lateral("earned_since")
)
ACTIVE = Query(
    select(moments.c.id, moments.c.at, *earned_since.c).join_from(moments, earned_since, true())
)
TIERS = _listed(select(*TIER), loyalty_tier, loyalty_tier.c.min_rides)
ACHIEVEMENTS = _listed(
    select(*ACHIEVEMENT), achievement, achievement.c.active.desc(), achievement.c.id
)
CHALLENGES = _listed(
    select(subaccount.c.currency, *CHALLENGE).join(
        challenge, challenge.c.subaccount_id == subaccount.c.id
    ),
    challenge,
    challenge.c.active.desc(),
    challenge.c.starts_at.desc(),
    challenge.c.id.desc(),
)
REFERRAL_TIERS = _listed(
    select(subaccount.c.currency, *REFERRAL_TIER).join(
        referral_tier, referral_tier.c.subaccount_id == subaccount.c.id
    ),
    referral_tier,
    referral_tier.c.min_referrals,
)


async def settings(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> Mapping[str, LoyaltySettings]:
    """The settings of each fleet; of one that never opened its program the defaults (LOY-1)."""
    found = await connection.rows(SETTINGS_OF_FLEETS, reach, keys=subaccount_ids)
    return {id: settings_of(currency, row) for id, currency, *row in found}


async def active_members(
    connection: Connection, reach: Reach, keys: Sequence[Moment]
) -> Mapping[Moment, int]:
    """For each fleet and time how many members earned points since; deleted ones do not count."""
    ids, times = zip(*keys, strict=True)
    found = await connection.rows(ACTIVE, reach, keys=ids, times=times)
    return {(id, at): members for id, at, members in found}


async def tiers(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> Mapping[str, Sequence[LoyaltyTier]]:
    """The tiers of each fleet, the base tier first."""
    return _apart(subaccount_ids, await connection.rows(TIERS, reach, keys=subaccount_ids), tier_of)


async def achievements(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> Mapping[str, Sequence[Achievement]]:
    """The achievements of each fleet: those that can be reached first, the oldest first."""
    found = await connection.rows(ACHIEVEMENTS, reach, keys=subaccount_ids)
    return _apart(subaccount_ids, found, achievement_of)


async def challenges(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> Mapping[str, Sequence[Challenge]]:
    """The challenges of each fleet: those that are offered first, the newest first."""
    found = await connection.rows(CHALLENGES, reach, keys=subaccount_ids)
    return _apart(subaccount_ids, found, lambda row: challenge_of(row[0], row[1:]))


async def referral_tiers(
    connection: Connection, reach: Reach, subaccount_ids: Sequence[str]
) -> Mapping[str, Sequence[ReferralTier]]:
    """The referral tiers of each fleet, by how many friends they take."""
    found = await connection.rows(REFERRAL_TIERS, reach, keys=subaccount_ids)
    return _apart(subaccount_ids, found, lambda row: referral_tier_of(row[0], row[1:]))


def _apart(
    subaccount_ids: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    read: Callable[[tuple[Any, ...]], T],
) -> Mapping[str, Sequence[T]]:
    """What the rows tell, for each fleet its own."""
    own: dict[str, list[T]] = {id: [] for id in subaccount_ids}
    for told in map(read, rows):
        own[told.subaccount_id].append(told)
    return own
