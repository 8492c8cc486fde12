"""What all parts of the demo share: chance, ids, the clock, and the rows written so far.

Instants are whole milliseconds since 1970 until they become rows: most are added and compared.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeAlias, TypeVar

from domain.access import Role
from domain.ids import ALPHABET, Prefix

T = TypeVar("T")
Row: TypeAlias = Sequence[object]
Rows: TypeAlias = defaultdict[str, list[Row]]

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
HISTORY_DAYS = 400
IMPORT_DAYS = 2
"""How long it took to bring along the customers of a former system."""
WAKING, AWAKE = 7 * HOUR, 16 * HOUR
LEEWAY = 90 * MINUTE
"""How much earlier than an original's the life of a copy is, at most. Tiers bear two hours."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
"""Every ten bits, as TypeIDs write them: quicker than a letter at a time."""
MARK_STRIDE = 397
"""Odd, so that a thousand turns have marks of their own."""
TEN, TWENTY = (1 << 10) - 1, (1 << 20) - 1
VERSIONS = [
    ALPHABET[0xE | bits >> 13] + PAIRS[bits >> 3 & TEN] + ALPHABET[bits << 2 & 16 | 8 | bits & 3]
    for bits in range(1 << 14)
]
"""The four letters with a UUID's version and variant, and 14 bits of chance around them."""


def mark(turn: int) -> str:
    """What the ids of a copied demo end with: those of a copy are its original's but for that."""
    return PAIRS[(turn + 1) * MARK_STRIDE & TEN]


def remarked(id: str, turn: int) -> str:
    """What stands for this in a turn."""
    return id[: -len(mark(turn))] + mark(turn)


def moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / SECOND, UTC)


def instant(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


class World:
    """One run of the demo. History ends with `today`, which begins at midnight UTC."""

    def __init__(self, seed: int, now: datetime, turns: int = 1) -> None:
        self.turns = turns
        """How often a life is lived: more than once where customers are copied."""
        self._mark = mark(0) if turns > 1 else None
        self.leeway = LEEWAY if turns > 1 else 0
        self.chance = Random(seed)  # noqa: S311  (the same demo for the same seed; no secret)
        self.random = self.chance.random
        self._bits = self.chance.getrandbits
        self.now = instant(now)
        self.today = self.now // DAY * DAY
        self.opened = self.today - HISTORY_DAYS * DAY
        self.rows: Rows = defaultdict(list)
        self.staff: Mapping[Role, str] = {}

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
        return f"{prefix}_{self.suffix(at)}"

    def suffix(self, at: int) -> str:
        """An id without its prefix, to be had once for all that one act leaves behind."""
        begun, rest, bits = at >> 20, at & TWENTY, self._bits
        more, last = bits(30), bits(30)
        return (
            f"{PAIRS[begun >> 20]}{PAIRS[begun >> 10 & TEN]}{PAIRS[begun & TEN]}"
            f"{PAIRS[rest >> 10]}{PAIRS[rest & TEN]}{VERSIONS[bits(14)]}"
            f"{PAIRS[more >> 20]}{PAIRS[more >> 10 & TEN]}{PAIRS[more & TEN]}"
            f"{PAIRS[last >> 20]}{PAIRS[last >> 10 & TEN]}{self._mark or PAIRS[last & TEN]}"
        )

    def foreign_id(self, prefix: str) -> str:
        """A name as payment providers give them."""
        bits = self._bits(70)
        letters = "".join(PAIRS[bits >> shift & TEN] for shift in range(60, 0, -10))
        return f"{prefix}{letters}{self._mark or PAIRS[bits & TEN]}"

    def handed_over(self) -> Rows:
        """The rows written since the last time, for whoever stores them."""
        rows, self.rows = self.rows, defaultdict(list)
        return rows
