"""The days of a fleet by its own clock, looked up and not computed: rides ask by the million."""

from bisect import bisect_right
from datetime import date, timedelta

from db.demo.world import HISTORY_DAYS, instant, moment
from domain.calendar import local_date, midnight

AHEAD = 100
"""Days after today that a period or a reward may still reach."""
SATURDAY = 5


class Days:
    """Calendar days, numbered from the one on which the fleet opened."""

    def __init__(self, timezone: str, opened: int) -> None:
        self.first = local_date(moment(opened), timezone)
        count = HISTORY_DAYS + AHEAD
        self.midnights = [
            instant(midnight(self.first + timedelta(days=day), timezone)) for day in range(count)
        ]
        start = self.first.weekday()
        self.weekend = [(start + day) % 7 >= SATURDAY for day in range(count)]

    def of(self, at: int) -> int:
        return bisect_right(self.midnights, at) - 1

    def number(self, day: date) -> int:
        return (day - self.first).days

    def date_of(self, day: int) -> date:
        return self.first + timedelta(days=day)

    def month(self, day: int) -> date:
        """The first of the month, which names it."""
        return self.date_of(day).replace(day=1)

    def later(self, at: int, days: int) -> int:
        """The same time of day some days later, by the fleet's clock; not before it opened."""
        day = self.of(at)
        return at - self.midnights[day] + self.midnights[max(0, day + days)]

    def month_later(self, at: int) -> int:
        """The same time of day in the next month; never after its 28th."""
        day = self.date_of(self.of(at))
        following = (day.replace(day=28) + timedelta(days=4)).replace(day=min(day.day, 28))
        return self.later(at, (following - day).days)

    def end_of_next_month(self, at: int) -> int:
        first = self.date_of(self.of(at)).replace(day=1)
        for _ in range(2):
            first = (first + timedelta(days=31)).replace(day=1)
        return self.midnights[self.number(first)]
