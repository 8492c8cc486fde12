from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import goal, loyalty, referral
from domain.access import Permission
from domain.loyalty import GoalMetric, LoyaltyTransactionKind, PointsSource
from resolvers import loyalty as resolve
from resolvers.scalars import Decimal
from schema.actor import Actor
from schema.field import plain, resolved, shows
from schema.money import Money
from schema.node import Node
from schema.page import Connection

if TYPE_CHECKING:
    from schema.customer import Customer
    from schema.ride import Ride

FIGURES = Permission.VIEW_LOYALTY_FIGURES


@shows(loyalty.LoyaltyTier)
class LoyaltyTier(Node):
    name: str = plain("As riders read it.")
    description: str | None = plain("What riders are told of it.")
    color: str | None = plain("Of its badge.")
    min_rides: int = plain("Completed rides that it takes, in its window.")
    window_days: int = plain("How many days back rides count.")
    unlock_discount_percent: Decimal = plain("Off each unlock fee, 0 to 100.")
    minute_discount_percent: Decimal = plain("Off the price of time, 0 to 100.")
    free_unlocks_per_month: int = plain("Unlock fees waived in each calendar month.")
    points_multiplier: Decimal = plain("What points for rides are multiplied by.")
    members: int | None = resolved(resolve.members, FIGURES)


@shows(loyalty.TierProgress)
class TierProgress:
    rides_in_window: int = plain("Completed rides that count now.")
    rides_needed: int = plain("Further rides that it takes; zero once there are enough.")
    percent: int = plain("0 to 100; 100 only with enough rides.")
    window_days: int = plain("How many days back rides count.")


@shows(loyalty.RedemptionLimits)
class RedemptionLimits:
    minimum_points: int = plain("The fewest that may be redeemed at once.")
    maximum_points: int | None = plain("The most that may be redeemed at once; null for no limit.")
    redeemable_points: int = plain(
        "The most this member could redeem now; zero when below the minimum."
    )


@shows(loyalty.EarnBasis)
class EarnBasis:
    base: Decimal = plain("The money, days or zone points that the row starts from.")
    rate: Decimal = plain("Points for each of them.")
    multiplier: Decimal = plain("Of the tier or the zone.")
    capped_by: int = plain("Points that the daily cap took away.")


@shows(loyalty.LoyaltyTransaction)
class LoyaltyTransaction(Node):
    kind: LoyaltyTransactionKind = plain("Why points moved.")
    points: int = plain("Signed: positive adds, negative takes.")
    balance_after: int = plain("What the member had after this line.")
    reason: str | None = plain("The operator's words.", Permission.VIEW_POINTS_NOTES)
    source: PointsSource | None = plain("Where earned points come from; null on other rows.")
    basis: EarnBasis | None = plain("What they were computed from; null on other rows.")
    actor: Actor = resolved(resolve.actor)
    ride: Annotated["Ride", strawberry.lazy("schema.ride")] | None = resolved(
        resolve.ride, Permission.VIEW_RIDES
    )
    created_at: datetime = plain("When it was booked.")


@shows(goal.Achievement)
class Achievement(Node):
    name: str = plain("As riders read it.")
    description: str | None = plain("What riders are told of it.")
    metric: GoalMetric = plain("What is counted.")
    target: int = plain("How much of it is needed.")
    reward_points: int = plain("Points for reaching it.")
    active: bool = plain("Whether it can be reached now.")
    completions: int | None = resolved(resolve.achieved, FIGURES)


@shows(goal.AchievementProgress)
class AchievementProgress:
    achievement: Achievement = plain("The goal.")
    current: int = plain("How much of it is done.")
    percent: int = plain("0 to 100; 100 only when it is reached.")
    earned_at: datetime | None = plain("When it was reached; null before.")


@shows(goal.Challenge)
class Challenge(Node):
    name: str = plain("As riders read it.")
    description: str | None = plain("What riders are told of it.")
    metric: GoalMetric = plain("What is counted.")
    target: int = plain("How much of it is needed.")
    starts_at: datetime = plain("What happens from then on counts.")
    ends_at: datetime = plain("What happens before then counts.")
    reward_points: int = plain("Points for completing it.")
    reward_credit: Money | None = plain("Wallet credit for completing it; null for none.")
    reward_free_unlocks: int = plain(
        "Free unlocks for completing it, good until the end of the following month."
    )
    featured: bool = plain("Whether the app shows it first.")
    active: bool = plain("Whether it can be completed, between its dates.")
    completions: int | None = resolved(resolve.completed, FIGURES)


@shows(goal.ChallengeProgress)
class ChallengeProgress:
    challenge: Challenge = plain("The goal.")
    current: int = plain("How much of it is done.")
    percent: int = plain("0 to 100; 100 only when it is completed.")
    completed_at: datetime | None = plain("When it was completed; null before.")


@shows(referral.ReferralTier)
class ReferralTier(Node):
    name: str = plain("What it is called.")
    min_referrals: int = plain("Rewarded referrals from which on it holds.")
    referrer_reward: Money = plain("Wallet credit for whoever brought somebody.")
    referee_reward: Money = plain("Wallet credit for whoever was brought.")


@shows(referral.Referral)
class Referral:
    code: str = plain("Their own, to be given to friends; unique in the fleet.")
    share_url: str = plain("A link that carries the code.")
    referred_by_name: str | None = plain("The first name of who brought them.")
    referred_by: Annotated["Customer", strawberry.lazy("schema.customer")] | None = resolved(
        resolve.referred_by, Permission.VIEW_REFERRER
    )
    pending: int = plain("Friends who have not had their first charged ride.")
    rewarded: int = plain("Friends whose first charged ride was rewarded.")
    total_earned: Money = plain("Wallet credit for all of them.")


@shows(loyalty.LoyaltyMembership)
class LoyaltyMembership:
    enabled: bool = plain("Whether the fleet's program is on.")
    points: int = plain("What the points ledger adds up to.")
    points_value: Money = plain("What the points are worth when redeemed.")
    lifetime_earned: int = plain("Points ever earned.")
    lifetime_redeemed: int = plain("Points ever redeemed.")
    tier: LoyaltyTier | None = plain("The status held; null before the first.")
    next_tier: LoyaltyTier | None = plain("The status above it; null at the top.")
    tier_progress: TierProgress | None = plain(
        "Towards the next tier; at the top, towards keeping it; null where there are none."
    )
    free_unlocks_remaining: int = plain("What is left of the tier's this month, and of those won.")
    streak_days: int = plain("Days in a row with a completed ride, up to today or yesterday.")
    points_expire_at: datetime | None = plain(
        "When the points lapse if nothing happens; null when they never do."
    )
    redemption: RedemptionLimits = plain("How many points may be redeemed at once.")
    transactions: Connection[LoyaltyTransaction] = resolved(resolve.activity)
    achievements: list[AchievementProgress] = resolved(resolve.achievements_of)
    challenges: list[ChallengeProgress] = resolved(resolve.challenges_of)
    referral: Referral = resolved(resolve.referral)
