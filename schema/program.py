from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import loyalty, program
from resolvers import program as resolve
from resolvers.scalars import BigInt, Decimal
from schema.field import listed, plain, resolved, shows
from schema.listing import CustomerConnection
from schema.loyalty import FIGURES, Achievement, Challenge, LoyaltyTier, ReferralTier
from schema.money import Money

if TYPE_CHECKING:
    from schema.customer import Customer


@shows(loyalty.LoyaltySettings)
class LoyaltySettings:
    enabled: bool = plain("Whether points are earned, redeemed and expire.")
    points_per_currency_unit: Decimal = plain("Points for each whole unit paid for a ride.")
    redemption_rate: Decimal = plain("What a point pays when redeemed, in whole units.")
    min_redemption: int = plain("The fewest points that may be redeemed at once.")
    max_redemption: int | None = plain(
        "The most points that may be redeemed at once; null for no limit."
    )
    points_expiration_days: int | None = plain(
        "Days without loyalty activity after which points lapse; null for never."
    )
    streak_bonus_points: int | None = plain(
        "Points for each further day in a row with a ride; null for none."
    )
    streak_daily_cap: int | None = plain("The most that a streak pays a day; null for no limit.")
    daily_earn_cap: int | None = plain("The most points that rides earn a day; null for no limit.")


@shows(program.LoyaltyStats)
class LoyaltyStats:
    members: int = plain("Customers, but for deleted ones, whose points ever moved.")
    points_in_circulation: BigInt = plain("What members hold.")
    lifetime_issued: BigInt = plain("Points ever earned, given, and added by hand.")
    lifetime_redeemed: BigInt = plain("Points ever redeemed.")
    liability: Money = plain("Points in circulation at the redemption rate, rounded down.")
    enrollment_rate: float = plain("Members among customers, 0 to 1.")
    monthly_active_rate: float = resolved(resolve.monthly_active_rate)
    redemption_rate: float = plain("Points redeemed of those ever issued, 0 to 1.")


@shows(program.LeaderboardEntry)
class LeaderboardEntry:
    rank: int = plain("From 1 on; those with as many points share it, and the next are skipped.")
    customer: Annotated["Customer", strawberry.lazy("schema.customer")] | None = resolved(
        resolve.customer
    )
    points_earned: int = plain("In the period: by rides and goals, given, and added by hand.")


@shows(program.LoyaltyProgram)
class LoyaltyProgram:
    settings: LoyaltySettings | None = resolved(resolve.settings, FIGURES)
    stats: LoyaltyStats | None = resolved(resolve.stats, FIGURES)
    tiers: list[LoyaltyTier] = resolved(resolve.tiers)
    achievements: list[Achievement] = resolved(resolve.achievements)
    challenges: list[Challenge] = resolved(resolve.challenges)
    referral_tiers: list[ReferralTier] = resolved(resolve.referral_tiers)
    leaderboard: list[LeaderboardEntry] = listed(resolve.leaderboard, FIGURES)
    members: CustomerConnection | None = resolved(resolve.members, FIGURES)
