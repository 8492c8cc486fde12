"""How far one customer is towards a fleet's achievements and challenges."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from db.demo.fleet import Fleet, Goal
from db.demo.world import moment
from domain.loyalty import GoalMetric, PointsSource

Counts: TypeAlias = dict[GoalMetric, int]
NOTHING: Counts = dict.fromkeys(GoalMetric, 0)


class GoalsMemory(NamedTuple):
    """Counts as they stood."""

    reached: int
    counts: list[Counts]


class Goals:
    """Counts of everything that goals ask for: for ever, and during each challenge."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._counts = [NOTHING.copy() for _ in range(1 + len(fleet.challenges))]
        self._reached: dict[str, int] = {}
        self._open = fleet.goals

    def count(self, at: int, gained: Mapping[GoalMetric, int]) -> None:
        """Add what a ride or a friend gained, wherever it counts."""
        ever, *during = self._counts
        running = [
            counts
            for counts, goal in zip(during, self._fleet.challenges, strict=True)
            if goal.starts <= at < goal.ends
        ]
        for counts in (ever, *running):
            for metric, amount in gained.items():
                counts[metric] += amount

    def streak(self, days: int) -> None:
        ever = self._counts[0]
        ever[GoalMetric.STREAK_DAYS] = max(ever[GoalMetric.STREAK_DAYS], days)

    def reach(self, at: int) -> list[Goal]:
        """The goals that are met now and were not before; each comes once (LOY-5)."""
        counts = self._counts
        found = [goal for goal in self._open if counts[goal.counter][goal.metric] >= goal.enough]
        if found:
            self._reached |= {goal.id: at for goal in found}
            self._open = [goal for goal in self._open if goal.id not in self._reached]
        return found

    def progress(self, source: PointsSource) -> Iterator[tuple[object, ...]]:
        """Goal, count and when it was reached, of all that were begun."""
        for goal in self._fleet.goals:
            current = self._counts[goal.counter][goal.metric] // self._fleet.units[goal.metric]
            if goal.source is source and current:
                at = self._reached.get(goal.id)
                yield goal.id, current, None if at is None else moment(at)

    @property
    def reached(self) -> int:
        """How many were."""
        return len(self._reached)

    def memory(self) -> GoalsMemory:
        return GoalsMemory(self.reached, [counts.copy() for counts in self._counts])

    def restore(self, memory: GoalsMemory) -> None:
        """Counts as they were before; nothing was reached since."""
        self._counts = memory.counts
