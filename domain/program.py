"""The loyalty program of a fleet as a whole: its figures, and who earned the most (LOY-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.calendar import month_start
from domain.choice import Choice
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import worth
from domain.money import Money

ACTIVE_FOR = timedelta(days=30)
"""How long a member counts as active after earning points, and what LAST_30_DAYS looks back."""


class LeaderboardPeriod(Choice):
    """Which points a leaderboard counts."""

    ALL_TIME = "ALL_TIME", "Since the first point."
    THIS_MONTH = "THIS_MONTH", "Since the month began, by the fleet's calendar."
    LAST_30_DAYS = "LAST_30_DAYS", "In the last 30 days, to this instant."


@dataclass(frozen=True, slots=True)
class LoyaltyProgram:
    """What a fleet gives its riders for riding: settings, tiers, goals, and what came of them."""

    subaccount_id: SubaccountId
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True)
class LoyaltyStats:
    """What a fleet's program has come to, as the points ledger has it at any time (LOY-10)."""

    subaccount_id: SubaccountId
    currency: str
    point_value: Decimal
    """What one point pays when redeemed, in whole units."""
    customers: int
    members: int
    points_in_circulation: int
    lifetime_issued: int
    lifetime_redeemed: int

    @property
    def liability(self) -> Money:
        """What all points would pay if they were redeemed now, to the minor unit below."""
        return worth(self.points_in_circulation, self.point_value, self.currency)

    @property
    def enrollment_rate(self) -> float:
        return rate(self.members, self.customers)

    @property
    def redemption_rate(self) -> float:
        return rate(self.lifetime_redeemed, self.lifetime_issued)


@dataclass(frozen=True, slots=True)
class LeaderboardEntry:
    """A customer on the leaderboard: those who earned as many points share a rank."""

    rank: int
    customer_id: CustomerId
    points_earned: int


def rate(part: int, whole: int) -> float:
    """A share from 0 to 1; 0 of nothing."""
    return part / whole if whole else 0.0


def begins(period: LeaderboardPeriod, now: datetime, timezone: str) -> datetime | None:
    """The first instant that a period counts; None where it counts everything (GEN-5)."""
    if period is LeaderboardPeriod.THIS_MONTH:
        return month_start(now, timezone)
    return now - ACTIVE_FOR if period is LeaderboardPeriod.LAST_30_DAYS else None


def ranked(earned: Sequence[tuple[CustomerId, int]]) -> list[LeaderboardEntry]:
    """The leaderboard of who earned how much, the most first: 1, 2, 2, 4."""
    entries: list[LeaderboardEntry] = []
    for place, (customer_id, points) in enumerate(earned, 1):
        above = entries[-1] if entries else None
        rank = above.rank if above and above.points_earned == points else place
        entries.append(LeaderboardEntry(rank, customer_id, points))
    return entries
