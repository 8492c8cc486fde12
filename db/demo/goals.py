"""How far one customer is towards a fleet's achievements and challenges."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from db.demo.fleet import Fleet, Goal
from db.demo.world import moment
from domain.loyalty import GoalMetric, PointsSource

METERS_A_KILOMETER = 1000
Counts: TypeAlias = dict[GoalMetric, int]


class Reached(NamedTuple):
    """A goal that was just met."""

    goal: Goal
    source: PointsSource


class GoalsMemory(NamedTuple):
    """Counts as they stood."""

    reached: int
    ever: Counts
    during: list[Counts]


class Goals:
    """Counts of everything that goals ask for: for ever, and during each challenge."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._units = {
            GoalMetric.DISTANCE_KM: METERS_A_KILOMETER,
            GoalMetric.SPEND: 10**fleet.decimals,
        }
        self._ever: Counts = dict.fromkeys(GoalMetric, 0)
        self._during: list[Counts] = [dict.fromkeys(GoalMetric, 0) for _ in fleet.challenges]
        self._reached: dict[str, int] = {}

    def count(self, at: int, gained: Mapping[GoalMetric, int]) -> None:
        """Add what a ride or a friend gained, wherever it counts."""
        running = [
            counts
            for counts, goal in zip(self._during, self._fleet.challenges, strict=True)
            if goal.starts <= at < goal.ends
        ]
        for counts in (self._ever, *running):
            for metric, amount in gained.items():
                counts[metric] += amount

    def streak(self, days: int) -> None:
        self._ever[GoalMetric.STREAK_DAYS] = max(self._ever[GoalMetric.STREAK_DAYS], days)

    def reach(self, at: int) -> list[Reached]:
        """The goals that are met now and were not before; each comes once (LOY-5)."""
        found = [
            Reached(goal, source)
            for goal, counts, source in self._all()
            if goal.id not in self._reached and self._current(goal, counts) >= goal.spec.target
        ]
        for reached in found:
            self._reached[reached.goal.id] = at
        return found

    def progress(self, source: PointsSource) -> Iterator[tuple[object, ...]]:
        """Goal, count and when it was reached, of all that were begun."""
        for goal, counts, kind in self._all():
            current = self._current(goal, counts)
            if kind is source and current:
                at = self._reached.get(goal.id)
                yield goal.id, current, None if at is None else moment(at)

    @property
    def reached(self) -> int:
        """How many were."""
        return len(self._reached)

    def memory(self) -> GoalsMemory:
        during = [dict(counts) for counts in self._during]
        return GoalsMemory(self.reached, dict(self._ever), during)

    def restore(self, memory: GoalsMemory) -> None:
        self._ever, self._during = memory.ever, memory.during

    def _all(self) -> Iterator[tuple[Goal, Counts, PointsSource]]:
        for goal in self._fleet.achievements:
            yield goal, self._ever, PointsSource.ACHIEVEMENT
        for goal, counts in zip(self._fleet.challenges, self._during, strict=True):
            yield goal, counts, PointsSource.CHALLENGE

    def _current(self, goal: Goal, counts: Counts) -> int:
        metric = goal.spec.metric
        return counts[metric] // self._units.get(metric, 1)
