from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import Parent

from db import customer as customers
from db import goal as goals
from db import loyalty as store
from db import membership as memberships
from db import points, progress
from db import referral as referrals
from db import ride as rides
from domain.actor import Actor
from domain.customer import Customer
from domain.goal import Achievement, AchievementProgress, Challenge, ChallengeProgress
from domain.loyalty import (
    LoyaltyMembership,
    LoyaltyTier,
    LoyaltyTransaction,
    LoyaltyTransactionKind,
    PointsFilter,
)
from domain.page import Page
from domain.referral import Referral, ReferralTier
from domain.ride import Ride
from resolvers import actor as actors
from resolvers.context import Info
from resolvers.page import Paging

ACTIVITY = "points"


@strawberry.input(description="Which lines of the points ledger are listed.")
class LoyaltyActivityFilter:
    kinds: list[LoyaltyTransactionKind] | None = strawberry.field(
        default=None, description="Of these kinds."
    )
    from_: datetime | None = strawberry.field(
        default=None, name="from", description="Booked at this time or later."
    )
    to: datetime | None = strawberry.field(default=None, description="Booked before this time.")

    def decoded(self) -> PointsFilter:
        kinds = None if self.kinds is None else tuple(self.kinds)
        return PointsFilter(kinds, self.from_, self.to)


async def of_customer(customer: Parent[Customer], info: Info) -> LoyaltyMembership | None:
    """Points, tier and goals; every customer has them, at zero before the first ride."""
    return await info.context.load(memberships.of_customers, (customer.id, info.context.now))


async def activity(
    member: Parent[LoyaltyMembership],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: LoyaltyActivityFilter | None = None,
) -> Page[LoyaltyTransaction] | None:
    """Lines of the points ledger, newest first; 20 a page unless asked, 100 at most."""
    only = PointsFilter() if filter is None else filter.decoded()
    key = Paging(first, after, last, before).key(
        ACTIVITY, member.subaccount_id, member.customer_id, only
    )
    return await info.context.load(points.activity, key)


async def achievements_of(
    member: Parent[LoyaltyMembership], info: Info
) -> Sequence[AchievementProgress]:
    """Every active achievement of the fleet, and those once earned; at most 200."""
    return await info.context.load(progress.achievements_of, member.customer_id) or ()


async def challenges_of(
    member: Parent[LoyaltyMembership], info: Info
) -> Sequence[ChallengeProgress]:
    """Every active challenge that has not ended, and those completed, newest first; at most 200."""
    key = member.customer_id, info.context.now
    return await info.context.load(progress.challenges_of, key) or ()


async def referral(member: Parent[LoyaltyMembership], info: Info) -> Referral | None:
    """Their own code, who brought them, and whom they brought."""
    return await info.context.load(referrals.of_customers, member.customer_id)


async def referred_by(referral: Parent[Referral], info: Info) -> Customer | None:
    """Who brought them; null where nobody did."""
    if referral.referred_by_id is None:
        return None
    return await info.context.load(customers.by_id, referral.referred_by_id)


async def actor(line: Parent[LoyaltyTransaction], info: Info) -> Actor:
    """Who booked it."""
    return await actors.by_id(info, line.actor_id)


async def ride(line: Parent[LoyaltyTransaction], info: Info) -> Ride | None:
    """The ride that earned it, or took it back."""
    return None if line.ride_id is None else await info.context.load(rides.by_id, line.ride_id)


async def members(tier: Parent[LoyaltyTier], info: Info) -> int | None:
    """How many customers, but for deleted ones, are in it."""
    return await info.context.load(store.members, tier.id)


async def achieved(achievement: Parent[Achievement], info: Info) -> int | None:
    """How many customers earned it."""
    return await info.context.load(goals.achieved, achievement.id)


async def completed(challenge: Parent[Challenge], info: Info) -> int | None:
    """How many customers completed it."""
    return await info.context.load(goals.completed, challenge.id)


async def transaction(info: Info, id: str) -> LoyaltyTransaction | None:
    return await info.context.load(points.transactions, id)


async def tier(info: Info, id: str) -> LoyaltyTier | None:
    return await info.context.load(store.tiers, id)


async def achievement(info: Info, id: str) -> Achievement | None:
    return await info.context.load(goals.achievements, id)


async def challenge(info: Info, id: str) -> Challenge | None:
    return await info.context.load(goals.challenges, id)


async def referral_tier(info: Info, id: str) -> ReferralTier | None:
    return await info.context.load(referrals.tiers, id)
