"""Statements: SQLAlchemy builds and types each of them once, asyncpg runs it ever after."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar, Generic, Protocol, TypeAlias, TypeVarTuple, cast

from sqlalchemy import ARRAY, Enum
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlalchemy.types import TypeEngine

from domain.access import Reach

Ts = TypeVarTuple("Ts")
Convert: TypeAlias = Callable[[Any], object]
PLACEHOLDER = re.compile(r"\$(\d+)")
DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


class Query(Generic[*Ts]):
    """A statement whose text never changes: keys are arrays, pages are parameters.

    `rows` of a `Connection` runs it. The caller's reach fills `:subaccounts` and `:rider`.
    """

    known: ClassVar[list["AnyQuery"]] = []
    """All that were made: the suite holds each against the rules of the house."""

    def __init__(self, statement: TypedReturnsRows[*Ts]) -> None:
        self._statement = statement
        Query.known.append(self)

    @cached_property
    def _compiled(self) -> tuple[str, list[str], Mapping[str, object]]:
        statement: Any = self._statement
        compiled = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), list(compiled.positiontup or ()), constants

    @property
    def text(self) -> str:
        """The SQL, with $1, $2 … where `arguments` go."""
        return self._compiled[0]

    @property
    def parameters(self) -> Sequence[str]:
        return self._compiled[1]

    def arguments(self, reach: Reach, given: Mapping[str, object]) -> list[object]:
        """The values of the placeholders, in their order; KeyError where one is missing."""
        known = {
            **self._compiled[2],
            "subaccounts": reach.subaccounts,
            "rider": reach.customer_id,
            **given,
        }
        return [known[name] for name in self.parameters]

    @cached_property
    def _converts(self) -> list[tuple[int, Convert]]:
        statement: Any = self._statement
        columns = statement.exported_columns
        found = ((place, _convert(column.type)) for place, column in enumerate(columns))
        return [(place, convert) for place, convert in found if convert is not None]

    def decode(self, rows: Sequence[Sequence[Any]]) -> list[tuple[*Ts]]:
        """Rows as asyncpg gives them, with the domain's own types in place of text."""
        return [self._decoded(row) for row in rows]

    def _decoded(self, row: Sequence[Any]) -> tuple[*Ts]:
        values = list(row)
        for place, convert in self._converts:
            if values[place] is not None:
                values[place] = convert(values[place])
        return cast("tuple[*Ts]", tuple(values))


AnyQuery: TypeAlias = "Query[*tuple[Any, ...]]"


class Connection(Protocol):
    """A transaction under way, in which queries run."""

    async def rows(self, query: Query[*Ts], reach: Reach, /, **given: object) -> list[tuple[*Ts]]:
        """Run a query within a caller's reach and give its rows."""


def combined(queries: Sequence[AnyQuery]) -> str:
    """One statement that answers several queries: a row with one array of records for each."""
    parts, taken = [], 0
    for query in queries:
        text = PLACEHOLDER.sub(partial(_shifted, taken), query.text)
        parts.append(f"ARRAY(SELECT ROW(q.*) FROM ({text}) q)")  # noqa: S608  (texts of ours)
        taken += len(query.parameters)
    return f"SELECT {', '.join(parts)}"


def _shifted(by: int, placeholder: re.Match[str]) -> str:
    return f"${int(placeholder[1]) + by}"


def _convert(kind: TypeEngine[Any]) -> Convert | None:
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class
    if isinstance(kind, ARRAY):
        inner = _convert(kind.item_type)
        return tuple if inner is None else lambda values: tuple(map(inner, values))
    return None
