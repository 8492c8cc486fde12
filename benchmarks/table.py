"""The figures, as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Turn
from benchmarks.trips import Trips

HEAD = (
    "                     CPU, ms an answer    answers/s   one at a time, ms   statements   round",
    "                     server  PostgreSQL   16 at once      p50       p99    for data    trips",
)
ROW = "  {:<17}{:>8.2f}{:>12.2f}{:>13.1f}{:>9.1f}{:>10.1f}{:>12g}{:>9g}"
RATIOS = "  {:<17}{:>8.2f}{:>12.2f}{:>13.2f}{:>9.2f}{:>10.2f}{:>12.3g}{:>9.3g}"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one server and one page: its rounds, and its round trips."""

    turns: Sequence[Turn]
    trips: Trips


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found of one page: its bytes, and both servers under their names."""

    title: str
    bytes: int
    found: Mapping[str, Found]


def table(pages: Sequence[Figures]) -> str:
    """The medians of the rounds, and of the ratios within each round."""
    return "\n".join([*HEAD, *(line for page in pages for line in _lines(page))])


def _lines(page: Figures) -> list[str]:
    one, other = page.found.values()
    pairs = zip(one.turns, other.turns, strict=True)
    ratios = [_each_by_each(*pair) for pair in pairs]
    return [
        f"{page.title}, {page.bytes / 1000:.1f} kB",
        *(ROW.format(name, *_medians(of.turns), *of.trips) for name, of in page.found.items()),
        RATIOS.format(
            " / ".join(page.found), *_medians(ratios), *_each_by_each(one.trips, other.trips)
        ),
    ]


def _medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [median(values) for values in zip(*rounds, strict=True)]


def _each_by_each(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [a / b for a, b in zip(one, other, strict=True)]
