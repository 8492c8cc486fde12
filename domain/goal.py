"""Achievements and challenges, and how far a member is towards them (LOY-5)."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import SubaccountId
from domain.loyalty import GoalMetric
from domain.money import Money


@dataclass(frozen=True, slots=True)
class Achievement:
    """A goal that can be reached once, for ever."""

    id: str
    subaccount_id: SubaccountId
    name: str
    description: str | None
    metric: GoalMetric
    target: int
    reward_points: int
    active: bool


@dataclass(frozen=True, slots=True)
class Challenge:
    """A goal that can be reached between two dates."""

    id: str
    subaccount_id: SubaccountId
    name: str
    description: str | None
    metric: GoalMetric
    target: int
    starts_at: datetime
    ends_at: datetime
    reward_points: int
    reward_credit: Money | None
    reward_free_unlocks: int
    featured: bool
    active: bool


@dataclass(frozen=True, slots=True)
class AchievementProgress:
    """How far a member is towards an achievement."""

    achievement: Achievement
    current: int
    earned_at: datetime | None

    @property
    def percent(self) -> int:
        return share(self.current, self.achievement.target)


@dataclass(frozen=True, slots=True)
class ChallengeProgress:
    """How far a member is towards a challenge."""

    challenge: Challenge
    current: int
    completed_at: datetime | None

    @property
    def percent(self) -> int:
        return share(self.current, self.challenge.target)


def share(current: int, target: int) -> int:
    """0 to 100, never 100 before the target is met."""
    return min(100, current * 100 // target)
