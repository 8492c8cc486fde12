"""Loyalty: points, tiers by rides in a rolling window, goals and referrals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.calendar import local_date, midnight
from domain.choice import Choice
from domain.ids import CustomerId, SubaccountId
from domain.money import Minor, Money, digits
from domain.page import Place

MIN_REDEMPTION = 100
"""Points, unless a fleet sets it (LOY-1)."""


class LoyaltyTransactionKind(Choice):
    """Why points moved."""

    EARN = "EARN", "Earned by a ride, or with it."
    REDEEM = "REDEEM", "Turned into wallet credit."
    BONUS = "BONUS", "Given on top."
    ADJUSTMENT = "ADJUSTMENT", "Set right by an operator or a partner."
    EXPIRATION = "EXPIRATION", "Lapsed after a long time without activity."
    REVERSAL = "REVERSAL", "Taken back with a refunded or voided ride."


ISSUING = (
    LoyaltyTransactionKind.EARN,
    LoyaltyTransactionKind.BONUS,
    LoyaltyTransactionKind.ADJUSTMENT,
)
"""The kinds whose lines count as points earned, where they add (LOY-10)."""


class PointsSource(Choice):
    """What points were earned with (LOY-2)."""

    RIDE = "RIDE", "What the ride cost."
    PARKING = "PARKING", "Where the ride ended."
    STREAK = "STREAK", "Riding several days in a row."
    ACHIEVEMENT = "ACHIEVEMENT", "A goal that is reached once."
    CHALLENGE = "CHALLENGE", "A goal between two dates."


class GoalMetric(Choice):
    """What achievements and challenges count."""

    RIDES = "RIDES", "Completed rides."
    DISTANCE_KM = "DISTANCE_KM", "Kilometres of completed rides."
    STREAK_DAYS = "STREAK_DAYS", "Days in a row with a completed ride."
    SPEND = "SPEND", "What rides cost, in whole units of the currency."
    WEEKEND_RIDES = "WEEKEND_RIDES", "Completed rides on a Saturday or Sunday."
    PREFERRED_PARKING = "PREFERRED_PARKING", "Rides that ended in a preferred zone."
    REFERRALS = "REFERRALS", "Friends whose first charged ride was rewarded."


class ReferralStatus(StrEnum):
    """PENDING until the referred customer's first charged ride (LOY-9)."""

    PENDING = "PENDING"
    REWARDED = "REWARDED"
    DISQUALIFIED = "DISQUALIFIED"


@dataclass(frozen=True, slots=True)
class LoyaltySettings:
    """What a fleet's program gives and takes."""

    enabled: bool
    points_per_currency_unit: Decimal
    redemption_rate: Decimal
    min_redemption: int = MIN_REDEMPTION
    max_redemption: int | None = None
    points_expiration_days: int | None = None
    streak_bonus_points: int | None = None
    streak_daily_cap: int | None = None
    daily_earn_cap: int | None = None
    enabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoyaltyTier:
    """A status earned by completed rides in a rolling window (LOY-4)."""

    id: str
    subaccount_id: SubaccountId
    name: str
    description: str | None
    color: str | None
    min_rides: int
    window_days: int
    unlock_discount_percent: Decimal
    minute_discount_percent: Decimal
    free_unlocks_per_month: int
    points_multiplier: Decimal


@dataclass(frozen=True, slots=True)
class TierProgress:
    """How far a member is on the way to the next tier, or in the top one."""

    rides_in_window: int
    rides_needed: int
    percent: int
    window_days: int


@dataclass(frozen=True, slots=True)
class RedemptionLimits:
    """How many points may be redeemed at once (LOY-6)."""

    minimum_points: int
    maximum_points: int | None
    redeemable_points: int


@dataclass(frozen=True, slots=True)
class LoyaltyMembership:
    """A customer's points, tier and progress, at one moment."""

    customer_id: CustomerId
    subaccount_id: SubaccountId
    currency: str
    timezone: str
    settings: LoyaltySettings
    points: int
    lifetime_earned: int
    lifetime_redeemed: int
    tier: LoyaltyTier | None
    next_tier: LoyaltyTier | None
    rides_in_window: int
    free_unlocks_used: int
    free_unlocks_granted: int
    streak_days: int
    last_activity_at: datetime | None

    @property
    def enabled(self) -> bool:
        return self.settings.enabled

    @property
    def points_value(self) -> Money:
        """What the points are worth when redeemed, to the minor unit below (LOY-6)."""
        return worth(self.points, self.settings.redemption_rate, self.currency)

    @property
    def free_unlocks_remaining(self) -> int:
        """What is left of the tier's for this calendar month, and of those that were won."""
        allowance = self.tier.free_unlocks_per_month if self.tier else 0
        return max(0, allowance - self.free_unlocks_used) + self.free_unlocks_granted

    @property
    def tier_progress(self) -> TierProgress | None:
        """Towards the next tier; in the top tier, towards keeping it; none without tiers."""
        towards = self.next_tier or self.tier
        if towards is None:
            return None
        needed = towards.min_rides
        percent = 100 if not needed else min(100, self.rides_in_window * 100 // needed)
        missing = max(0, needed - self.rides_in_window)
        return TierProgress(self.rides_in_window, missing, percent, towards.window_days)

    @property
    def redemption(self) -> RedemptionLimits:
        """The bounds, and the most that this member could redeem now (LOY-6)."""
        low, high = self.settings.min_redemption, self.settings.max_redemption
        most = self.points if high is None else min(self.points, high)
        pays = worth(most, self.settings.redemption_rate, self.currency).minor > 0
        redeemable = most if self.enabled and most >= low and pays else 0
        return RedemptionLimits(low, high, redeemable)

    @property
    def points_expire_at(self) -> datetime | None:
        """The local midnight at which all points lapse if nothing happens (LOY-8)."""
        days = self.settings.points_expiration_days
        starts = [at for at in (self.last_activity_at, self.settings.enabled_at) if at]
        if not self.enabled or days is None or not self.points or not starts:
            return None
        last = local_date(max(starts), self.timezone)
        return midnight(last + timedelta(days=days + 1), self.timezone)


@dataclass(frozen=True, slots=True)
class PointsFilter:
    """Which lines of the points ledger are shown; None leaves none out, an empty list all."""

    kinds: tuple[str, ...] | None = None
    from_: datetime | None = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class EarnBasis:
    """What an earn row was computed from, as it stood then."""

    base: Decimal
    rate: Decimal
    multiplier: Decimal
    capped_by: int


@dataclass(frozen=True, slots=True)
class LoyaltyTransaction:
    """One line of the points ledger."""

    id: str
    subaccount_id: SubaccountId
    customer_id: CustomerId
    kind: LoyaltyTransactionKind
    points: int
    balance_after: int
    reason: str | None
    source: PointsSource | None
    basis: EarnBasis | None
    actor_id: str
    ride_id: str | None
    created_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.created_at, self.id)


def worth(points: int, rate: Decimal, currency: str) -> Money:
    """What points are worth at a rate in whole units a point: floor to the minor unit."""
    return Money(Minor(int((points * rate).scaleb(digits(currency)))), currency)


def defaults(currency: str) -> LoyaltySettings:
    """A fleet's program at first look: disabled, with the figures of GEN-4 (LOY-1)."""
    decimals = digits(currency)
    # As with cents: ten minor units earn a point, and a point pays one minor unit.
    as_usd = Decimal("0.1").scaleb(decimals), Decimal(1).scaleb(-decimals)
    earn, redeem = DEFAULT_RATES.get(currency, as_usd)
    return LoyaltySettings(enabled=False, points_per_currency_unit=earn, redemption_rate=redeem)


DEFAULT_RATES = {"KWD": (Decimal(30), Decimal("0.003"))}
"""Points for a unit of currency, and units of currency for a point, where not as USD (GEN-4)."""


def running_streak(days: int, last: date | None, today: date) -> int:
    """The streak as it stands: over once a whole day went by without a completed ride (LOY-3)."""
    return 0 if last is None or last < today - timedelta(days=1) else days
