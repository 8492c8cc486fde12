"""Keyset pages of many owners' lists in one statement, newest first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Generic, TypeAlias, TypeVar, TypeVarTuple

import orjson
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    TableValuedAlias,
    Text,
    column,
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
from domain.page import PageKey, Window

Ts = TypeVarTuple("Ts")
F = TypeVar("F")
Where: TypeAlias = Callable[[TableValuedAlias], Sequence[ColumnElement[bool]]]
Kind: TypeAlias = TypeEngine[Any] | type[TypeEngine[Any]]
KEY: Mapping[str, Kind] = {
    "ord": Integer,
    "fleet": Text,
    "owner": Text,
    "size": Integer,
    "at": Instant,
    "id": Text,
}


AFTER_ALL_IDS = "zz"
"""No prefix begins so, and letters follow digits in every collation."""


class Pages(Generic[*Ts]):
    """A list that each owner has one of, in the order of a time and an id of its table.

    Without a time the id alone orders it: ids are made in the order of time.

    Keys travel as one JSON array, whose members name the owner, the place and the filter; each
    takes its rows by a lateral join, so that an index gives them in order, however deep.
    """

    def __init__(
        self,
        rows: Select[*Ts],
        table: Table,
        *,
        owner: str,
        time: str | None,
        filters: Mapping[str, Kind] = {},
        where: Where = lambda _: (),
    ) -> None:
        keys = func.jsonb_to_recordset(asked("keys", JSONB)).table_valued(
            *(column(name, kind) for name, kind in {**KEY, **filters}.items())
        )
        keys = keys.render_derived(name="k", with_types=True)
        found = rows.where(
            # One fleet by equality, beside the reach: among several an index has no order.
            table.c.subaccount_id == keys.c.fleet,
            table.c[owner] == keys.c.owner,
            *where(keys),
        )
        order, begins = [table.c.id], [keys.c.id]
        if time is not None:
            order, begins = [table.c[time], *order], [keys.c.at, *begins]
        newest = found.where(tuple_(*order) < tuple_(*begins))
        oldest = found.where(tuple_(*order) > tuple_(*begins))
        self._newest = _page(keys, newest.order_by(*(column.desc() for column in order)))
        self._oldest = _page(keys, oldest.order_by(*order))

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


def _page(keys: TableValuedAlias, rows: Select[*Ts]) -> AnyQuery:
    # Only a nested loop can join what refers to the keys, so each key's rows keep their order.
    found = rows.limit(keys.c.size).lateral("q")
    return Query(select(keys.c.ord, *found.c).join_from(keys, found, true()))


def _record(place: int, key: PageKey[Any]) -> dict[str, object]:
    only = {} if key.only is None else asdict(key.only)
    at, id = _begins(key.window)
    return {
        "ord": place,
        "fleet": key.subaccount_id,
        "owner": key.owner_id,
        "size": key.window.size + 1,
        "at": at,
        "id": id,
        **only,
    }


def _begins(window: Window) -> tuple[object, str]:
    """The place that a page begins at; without a cursor, past the list's own end."""
    if window.place is not None:
        return window.place.key, window.place.id
    return ("-infinity", "") if window.backward else ("infinity", AFTER_ALL_IDS)
