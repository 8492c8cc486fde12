"""What all parts of the demo share: chance, ids, the clock, and the rows written so far.

Instants are whole milliseconds since 1970 until they become rows: most are added and compared.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeAlias, TypeVar

from domain.ids import ALPHABET, Prefix

T = TypeVar("T")
Row: TypeAlias = Sequence[object]
Rows: TypeAlias = defaultdict[str, list[Row]]

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
HISTORY_DAYS = 400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
"""Every ten bits, as TypeIDs write them."""
TEN = 1023


def moment(instant: int) -> datetime:
    return EPOCH + timedelta(0, instant // SECOND, instant % SECOND * 1000)


def instant(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


class World:
    """One run of the demo. History ends with `today`, which begins at midnight UTC."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.chance = Random(seed)  # noqa: S311  (the same demo for the same seed; no secret)
        self.random = self.chance.random
        self.now = instant(now)
        self.today = self.now // DAY * DAY
        self.opened = self.today - HISTORY_DAYS * DAY
        self.rows: Rows = defaultdict(list)

    def happens(self, share: float) -> bool:
        return self.random() < share

    def below(self, limit: int) -> int:
        """A whole number from zero to below the limit; several times faster than `randrange`."""
        return int(self.random() * limit)

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[int(self.random() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to below `high`; `low` where there is nothing between."""
        return low + int(self.random() * max(0, high - low))

    def new_id(self, prefix: Prefix, at: int) -> str:
        """What `domain.ids` would make of this instant and of the run's own chance."""
        bits = self.chance.getrandbits(74)
        tail = 0x7 << 76 | bits >> 62 << 64 | 0b10 << 62 | bits & (1 << 62) - 1
        return (
            f"{prefix}_{PAIRS[at >> 40]}{PAIRS[at >> 30 & TEN]}{PAIRS[at >> 20 & TEN]}"
            f"{PAIRS[at >> 10 & TEN]}{PAIRS[at & TEN]}{PAIRS[tail >> 70]}{PAIRS[tail >> 60 & TEN]}"
            f"{PAIRS[tail >> 50 & TEN]}{PAIRS[tail >> 40 & TEN]}{PAIRS[tail >> 30 & TEN]}"
            f"{PAIRS[tail >> 20 & TEN]}{PAIRS[tail >> 10 & TEN]}{PAIRS[tail & TEN]}"
        )

    def foreign_id(self, prefix: str) -> str:
        """A name as payment providers give them."""
        bits = self.chance.getrandbits(70)
        return f"{prefix}_{''.join(PAIRS[bits >> shift & TEN] for shift in range(60, -1, -10))}"

    def handed_over(self) -> Rows:
        """The rows written since the last time, for whoever stores them."""
        rows, self.rows = self.rows, defaultdict(list)
        return rows
