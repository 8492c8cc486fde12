"""Which country a point is in, by borders that are shipped with us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from domain.location import Coordinates

SHIPPED = Path(__file__).parent / "geodata" / "borders.json"
Told: TypeAlias = Mapping[str, Any]
"""What the file tells of an area beside its shape; a group of areas has none of its own."""
Ring: TypeAlias = Sequence[tuple[float, float]]
"""A closed line by longitude and latitude."""


class ShippedBorders:
    """340 shapes in 5 MB of memory; a point takes 50 microseconds (LOC-1)."""

    def __init__(self) -> None:
        areas = orjson.loads(SHIPPED.read_bytes())["features"]
        official = {code for area in areas if (code := _official(area["properties"]))}
        self._shapes = [
            _shape(rings, _country(area["properties"], official))
            for area in areas
            for rings in (area["geometry"] or {"coordinates": ()})["coordinates"]
        ]

    def country_of(self, point: Coordinates) -> str | None:
        x, y = point.longitude, point.latitude
        return next((shape.country for shape in self._shapes if shape.holds(x, y)), None)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A piece of a country: what is inside of its outer line, and of none of its holes."""

    west: float
    south: float
    east: float
    north: float
    rings: Sequence[Ring]
    country: str | None

    def holds(self, x: float, y: float) -> bool:
        near = self.west <= x <= self.east and self.south <= y <= self.north
        return near and sum(_crossings(ring, x, y) for ring in self.rings) % 2 == 1


def _shape(rings: Sequence[Ring], country: str | None) -> _Shape:
    xs, ys = zip(*rings[0], strict=True)
    return _Shape(min(xs), min(ys), max(xs), max(ys), rings, country)


def _crossings(ring: Ring, x: float, y: float) -> int:
    """How often one crosses a line on the way east from a point: an odd number from inside."""
    return sum(
        (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1)
        for (x1, y1), (x2, y2) in pairwise(ring)
    )


def _official(told: Told) -> str | None:
    """The code that the ISO gave an area; some it only keeps free, as for the Canary Islands."""
    return None if "isoStatus" in told else told.get("iso1A2")


def _country(told: Told, official: set[str]) -> str | None:
    """The code of an area: its own, else that of the group that has one, else its state's.

    Guernsey's islands have that of their group, GG; the Canary Islands that of the state, ES.
    """
    codes = [told.get("iso1A2"), *told.get("groups", ()), told.get("country")]
    return next((code for code in codes if code in official), None)
