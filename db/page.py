"""Keyset pages of many owners' lists in one statement, newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar, TypeVarTuple

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    TableValuedAlias,
    Text,
    asc,
    column,
    desc,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from db.query import AnyQuery, Connection, Query
from db.tables import asked
from db.types import Instant
from domain.access import Reach
from domain.page import PageKey, Place, Window

Ts = TypeVarTuple("Ts")
F = TypeVar("F")
Where: TypeAlias = Callable[[TableValuedAlias], Sequence[ColumnElement[bool]]]
Way: TypeAlias = Callable[[ColumnElement[Any]], ColumnElement[Any]]
Kind: TypeAlias = TypeEngine[Any] | type[TypeEngine[Any]]
KEY: Mapping[str, Kind] = {
    "ord": Integer,
    "fleet": Text,
    "owner": Text,
    "size": Integer,
    "at": Instant,
    "id": Text,
    "end": Instant,
}
AFTER_ALL_IDS = "zz"
"""No prefix begins so, and letters follow digits in every collation."""


class Pages(Generic[*Ts]):
    """A list that each owner has one of, in the order of a time and an id of its table.

    Without a time the id alone orders it, since ids are made in the order of time. With `span` a
    page keeps to the time from `from_` until before `to` of its filter.

    Keys travel as one JSON array, whose members name the owner, the place and the filter; each
    takes its rows by a lateral join, so that an index gives them in order, however deep. A column
    of `each` equals one of the values in a member of the filter. No index has several values in
    order, so each value, or combination, takes as many by itself, and the first of them are kept.
    """

    def __init__(
        self,
        rows: Select[*Ts],
        table: Table,
        *,
        owner: str,
        time: str | None,
        span: bool = False,
        filters: Mapping[str, Kind] = {},
        where: Where = lambda _: (),
        each: Mapping[str, str] = {},
    ) -> None:
        keys = _keys(filters)
        # One fleet by equality, beside the reach: among several an index has no order.
        rows = rows.where(table.c.subaccount_id == keys.c.fleet)
        found = rows.where(table.c[owner] == keys.c.owner, *where(keys))
        order, begins = [table.c.id], [keys.c.id]
        if time is not None:
            order, begins = [table.c[time], *order], [keys.c.at, *begins]
        newest = found.where(tuple_(*order) < tuple_(*begins)).order_by(*map(desc, order))
        oldest = found.where(tuple_(*order) > tuple_(*begins)).order_by(*map(asc, order))
        if span:
            newest = newest.where(order[0] >= keys.c.end)
            oldest = oldest.where(order[0] < keys.c.end)
        if each:
            values = {table.c[name]: _unnested(keys, each[name]) for name in each}
            newest = _merged(keys, rows, newest, order, values, desc)
            oldest = _merged(keys, rows, oldest, order, values, asc)
        self._newest, self._oldest = _page(keys, newest), _page(keys, oldest)

    async def read(
        self, connection: Connection, reach: Reach, keys: Sequence[PageKey[F]]
    ) -> dict[PageKey[F], list[tuple[*Ts]]]:
        """For each key its rows, one more than the page has where the list goes on."""
        pages: dict[PageKey[F], list[tuple[*Ts]]] = {key: [] for key in keys}
        for query, backward in ((self._newest, False), (self._oldest, True)):
            chosen = [key for key in keys if key.window.backward is backward]
            if chosen:
                records = orjson.dumps(
                    [_record(place, key) for place, key in enumerate(chosen)]
                ).decode()
                for row in await connection.rows(query, reach, keys=records):
                    pages[chosen[row[0]]].append(row[1:])
        return pages


def _keys(filters: Mapping[str, Kind]) -> TableValuedAlias:
    """The keys of a batch, a row each."""
    columns = (column(name, kind) for name, kind in {**KEY, **filters}.items())
    keys = func.jsonb_to_recordset(asked("keys", JSONB)).table_valued(*columns)
    return keys.render_derived(name="k", with_types=True)


def _unnested(keys: TableValuedAlias, member: str) -> TableValuedAlias:
    """The values that a member of a key's filter lists, a row each."""
    values = func.unnest(keys.c[member]).table_valued(column("value", Text))
    return values.render_derived(name=member)


def _merged(
    keys: TableValuedAlias,
    rows: Select[*Ts],
    found: Select[*Ts],
    order: Sequence[Column[Any]],
    values: Mapping[Column[Any], TableValuedAlias],
    way: Way,
) -> Select[*Ts]:
    """The first rows of all that is found for the values: places of each, merged, then their rows.

    Places alone are in the index, and most of them are left out again.
    """
    of_one = found.where(*(one == value.c.value for one, value in values.items()))
    of_one = of_one.with_only_columns(*order).limit(keys.c.size)
    places = of_one.correlate(keys, *values.values()).lateral("p")
    joined: FromClause
    joined, *others = [*values.values(), places]
    for other in others:
        joined = joined.join(other, true())
    merged = select(*places.c).select_from(joined).order_by(*map(way, places.c))
    first = merged.limit(keys.c.size).correlate(keys).lateral("f")
    # The limit leaves the planner no way to the rows but by their keys, one after the other.
    row = rows.where(order[-1] == first.c.id).limit(1).correlate(keys, first).lateral("r")
    return select(*row.c).select_from(first.join(row, true()))


def _page(keys: TableValuedAlias, rows: Select[*Ts]) -> AnyQuery:
    # Only a nested loop can join what refers to the keys, so each key's rows keep their order.
    found = rows.limit(keys.c.size).correlate(keys).lateral("q")
    return Query(select(keys.c.ord, *found.c).join_from(keys, found, true()))


def _record(ord: int, key: PageKey[Any]) -> dict[str, object]:
    window, only = key.window, {} if key.only is None else asdict(key.only)
    since, until = only.get("from_"), only.get("to")
    if window.backward:
        begin, end = _begin(window, since) or Place("-infinity", ""), until or "infinity"
    else:
        begin, end = _begin(window, until) or Place("infinity", AFTER_ALL_IDS), since or "-infinity"
    return {
        "ord": ord,
        "fleet": key.subaccount_id,
        "owner": key.owner_id,
        "size": window.size + 1,
        "at": begin.key,
        "id": begin.id,
        "end": end,
        **only,
    }


def _begin(window: Window, edge: datetime | None) -> Place | None:
    """The place that a page begins at: its cursor's, or the edge of its span, if that is further.

    An index is entered there; of two bounds it might be entered at one and walked to the other.
    """
    places = [place for place in (window.place, edge and Place(edge, "")) if place]
    further = max if window.backward else min
    return further(places, key=attrgetter("key", "id"), default=None)
