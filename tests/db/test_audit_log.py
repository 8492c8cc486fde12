"""What the trail of a whole fleet costs: as much when it is long as when it is short."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVarTuple

import asyncpg
import orjson

from db import audit
from db.embedded import Addresses
from db.query import Query
from domain.access import Reach
from domain.audit import TrailFilter
from domain.page import PageKey, Place, Window
from tests.make import Fleet, Make

Ts = TypeVarTuple("Ts")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SHORT, LONG = 2_000, 20_000
"""Entries, one a second, by ten actors with ten actions: of each pair at least a page."""
FILL = """
INSERT INTO audit_entry (subaccount_id, id, created_at, actor, action)
SELECT $1, 'aud_' || lpad(n::text, 26, '0'), $2::timestamptz + n * interval '1 second',
  'sys:' || n % 10, 'act ' || n / 10 % 10
FROM generate_series(1, $3::integer) n
"""
ACTORS, ACTIONS = (tuple(f"{kind}{place}" for place in range(8)) for kind in ("sys:", "act "))


class Explaining:
    """A connection that runs a query for its plan alone."""

    def __init__(self, raw: asyncpg.Connection) -> None:
        self.raw, self.plans = raw, list[Any]()

    async def rows(self, query: Query[*Ts], reach: Reach, /, **given: object) -> list[tuple[*Ts]]:
        text = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.text}"
        ((plan,),) = await self.raw.fetch(text, *query.arguments(reach, given))
        self.plans.append(orjson.loads(plan)[0]["Plan"])
        return []


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if plan.get("Relation Name") == "audit_entry":
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans(part)


async def filled(make: Make, entries: int) -> Fleet:
    fleet = await make.fleet()
    await make.store.execute(FILL, fleet.id, BEGAN, entries)
    return fleet


async def explained(
    raw: asyncpg.Connection, fleet: Fleet, only: TrailFilter, window: Window
) -> dict[str, Any]:
    """The plan of one page."""
    key = PageKey("scope", fleet.id, fleet.id, window, only)
    explaining = Explaining(raw)
    async with raw.transaction():
        await raw.execute("SELECT set_config('app.subaccounts', $1, true)", fleet.id)
        await audit.of_fleets(explaining, Reach((fleet.id,)), [key])
    (plan,) = explaining.plans
    found: dict[str, Any] = plan
    return found


FILTERS: dict[str, Callable[[datetime], TrailFilter]] = {
    "all": lambda _: TrailFilter(),
    "an actor": lambda _: TrailFilter(actors=("sys:3",)),
    "some actors": lambda _: TrailFilter(actors=ACTORS),
    "nobody": lambda _: TrailFilter(actors=("sys:none",)),
    "some actions": lambda _: TrailFilter(actions=ACTIONS),
    "an actor's action": lambda _: TrailFilter(("sys:3",), ("act 4",)),
    "what never was": lambda _: TrailFilter(("sys:3",), ("act none",)),
    "some of both": lambda _: TrailFilter(ACTORS, ACTIONS),
    "before": lambda middle: TrailFilter(to=middle),
    "since": lambda middle: TrailFilter(from_=middle),
    "ten seconds": lambda middle: TrailFilter(from_=middle, to=middle + 10 * SECOND),
    "no time": lambda middle: TrailFilter(from_=middle + 10 * SECOND, to=middle),
    "all in a wide span": lambda _: TrailFilter(from_=BEGAN, to=BEGAN + LONG * SECOND),
    "an actor since": lambda middle: TrailFilter(("sys:3",), from_=middle),
}
PAGES: dict[str, Callable[[datetime], Window]] = {
    "newest": lambda _: Window(10),
    "oldest": lambda _: Window(10, backward=True),
    "after": lambda middle: Window(10, Place(middle, "aud_")),
    "before": lambda middle: Window(10, Place(middle, "aud_"), backward=True),
}


async def test_a_page_of_a_long_trail_costs_what_one_of_a_short_trail_does(
    make: Make, database: Addresses
) -> None:
    short, long = await filled(make, SHORT), await filled(make, LONG)
    await make.store.execute("VACUUM (ANALYZE) audit_entry")
    raw = await asyncpg.connect(database.application)
    dearer = []

    for filter_name, only in FILTERS.items():
        for page_name, window in PAGES.items():
            blocks, fetched = [], 0
            for fleet, entries in ((short, SHORT), (long, LONG)):
                middle = BEGAN + entries // 2 * SECOND
                plan = await explained(raw, fleet, only(middle), window(middle))
                found = list(scans(plan))
                ways = {scan["Node Type"] for scan in found}
                assert ways <= {"Index Scan", "Index Only Scan"}, (filter_name, page_name)
                # What nobody vacuumed since is looked up in the table, too.
                fetched = sum(scan.get("Heap Fetches", 0) for scan in found)
                blocks.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
            # An index of more entries may be a level higher.
            if blocks[1] > 1.5 * blocks[0] + 5 + fetched:
                dearer.append((filter_name, page_name, *blocks))
    await raw.close()

    assert dearer == []
