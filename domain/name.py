"""How near two names of a person are (PHN-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from unicodedata import category, combining, normalize

from domain.choice import Choice

LETTERS = str.maketrans(
    {"æ": "ae", "đ": "d", "ð": "d", "ı": "i", "ł": "l", "ø": "o", "œ": "oe", "þ": "th"}  # noqa: RUF001
)
"""What Unicode does not take apart into a letter and its accent."""
APOSTROPHES = frozenset("'’ʼ")  # noqa: RUF001
"""They stand inside a word: O'Brien is one."""


class NameMatchLevel(Choice):
    """How near the number's registered name is to the account's (PHN-3)."""

    EXACT = "EXACT", "100: the same name."
    HIGH = "HIGH", "85 and more."
    PARTIAL = "PARTIAL", "60 and more."
    LOW = "LOW", "30 and more."
    NONE = "NONE", "Under 30."


LEVELS = (
    (100, NameMatchLevel.EXACT),
    (85, NameMatchLevel.HIGH),
    (60, NameMatchLevel.PARTIAL),
    (30, NameMatchLevel.LOW),
    (0, NameMatchLevel.NONE),
)
"""The least score of each."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """How near two names are: 0 (nothing in common) to 100 (the same)."""

    score: int

    @property
    def level(self) -> NameMatchLevel:
        return next(level for least, level in LEVELS if self.score >= least)


def name_match(registered: str | None, account: str) -> NameMatch | None:
    """How near a registered name is to the account's; None where none is registered (PHN-3).

    Case, accents and the order of words do not count. Nor do middle names: the first and the
    last word of one name are held against whichever two words of the other are nearest. What
    is left is the share of letters that need not be changed, added or taken away. It is rounded
    down, so that 100 means the same name.
    """
    theirs, ours = words(registered or ""), words(account)
    if not theirs:
        return None
    return NameMatch(max(_nearness(theirs, ours), _nearness(ours, theirs)))


def words(name: str) -> list[str]:
    """The words of a name without case, accents and punctuation."""
    spelt = normalize("NFKD", name).casefold().translate(LETTERS)
    letters = (c for c in spelt if not combining(c) and c not in APOSTROPHES)
    return "".join(c if category(c)[0] in "LMN" else " " for c in letters).split()


def distance(one: str, other: str) -> int:
    """How many letters must be changed, added or taken away to make one word the other."""
    row = list(range(len(other) + 1))
    for above, letter in enumerate(one):
        diagonal, row[0] = row[0], above + 1
        for place, facing in enumerate(other, 1):
            changed = diagonal + (letter != facing)
            diagonal = row[place]
            row[place] = min(changed, row[place] + 1, row[place - 1] + 1)
    return row[-1]


def _nearness(name: Sequence[str], other: Sequence[str]) -> int:
    """0 to 100: the outer words of a name against the nearest two of another."""
    first, *_, last = _two(name)
    words = _two(other)
    to_first = [(distance(first, word), max(len(first), len(word))) for word in words]
    to_last = [(distance(last, word), max(len(last), len(word))) for word in words]
    pairs = permutations(range(len(words)), 2)
    return max(_share(to_first[one], to_last[two]) for one, two in pairs)


def _two(name: Sequence[str]) -> Sequence[str]:
    """A name of two words at least, empty ones where it has fewer."""
    return [*name, "", ""][: max(2, len(name))]


def _share(*pairs: tuple[int, int]) -> int:
    """The letters that stay, in percent, of pairs of a distance and the most that it can be."""
    changed, letters = map(sum, zip(*pairs, strict=True))
    return 100 * (letters - changed) // letters
