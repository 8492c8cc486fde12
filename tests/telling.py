"""The demo as it is told, without a database: records by table."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

from db import demo
from db.demo.columns import COLUMNS
from db.demo.story import Story

NOW = datetime(2026, 6, 17, 14, 5, tzinfo=UTC)
SEED = 1
Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A demo as records, table by table."""

    story: Story
    tables: Mapping[str, list[Record]]

    def of(self, currency: str, table: str) -> list[Record]:
        """The records of the fleet with this currency."""
        (fleet,) = (one for one in self.tables["subaccount"] if one["currency"] == currency)
        return [one for one in self.tables[table] if one["subaccount_id"] == fleet["id"]]


def tell(customers: int = demo.CUSTOMERS_MIN, seed: int = SEED, now: datetime = NOW) -> Told:
    story = Story(customers, seed, now)
    tables: dict[str, list[Record]] = defaultdict(list)
    for part in story.tell("issuer", "rider-issuer"):
        for table, rows in part.items():
            columns = COLUMNS[table]
            tables[table] += [dict(zip(columns, row, strict=True)) for row in rows]
    return Told(story, tables)


told = cache(tell)
"""The same, told once a run."""
