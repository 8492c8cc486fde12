"""What every table shares: its names, its keys, and who may see its rows."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    ForeignKeyConstraint,
    MetaData,
    Text,
    and_,
    any_,
    bindparam,
    column,
    func,
    or_,
)
from sqlalchemy.types import TypeEngine

T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

KEYLESS = frozenset({"idempotency"})
"""The one tenant table without a fleet in its key: a key is known before the record it concerns."""
COMPANY_WIDE = frozenset({"operator"})
"""Tables of the whole company, which no single fleet owns."""


def asked(name: str, kind: TypeEngine[T] | type[TypeEngine[T]]) -> BindParameter[T]:
    """A parameter of a query, given each time that it runs."""
    return bindparam(name, value=None, type_=kind)


FLEETS = (
    func.unnest(asked("keys", ARRAY(Text)))
    .table_valued(column("id", Text))
    .render_derived(name="k")
)
"""The fleets that a batch asks for; what each has of a list is joined to it laterally."""


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key to a tenant table: it holds the fleet, so no row points into another."""
    return ForeignKeyConstraint(
        ["subaccount_id", column], [f"{table}.subaccount_id", f"{table}.id"]
    )


def fleet_key() -> ForeignKeyConstraint:
    """The foreign key of a row that belongs to a fleet itself."""
    return ForeignKeyConstraint(["subaccount_id"], ["subaccount.id"])


def within(
    subaccount_id: ColumnElement[Any], customer_id: ColumnElement[Any] | None = None
) -> ColumnElement[bool]:
    """Whether a row exists for a caller. Every query says so; the row policies say it again.

    A row that belongs to a customer names it, since a rider reaches no other's.
    """
    owned = subaccount_id == any_(asked("subaccounts", ARRAY(Text)))
    if customer_id is None:
        return owned
    rider = asked("rider", Text)
    return and_(owned, or_(rider.is_(None), customer_id == rider))


def among(column: ColumnElement[Any], name: str = "keys") -> ColumnElement[bool]:
    """Whether a column is one of the keys that a batch asks for."""
    return column == any_(asked(name, ARRAY(Text)))


def listed(values: Sequence[str]) -> str:
    """Values as SQL writes them in a CHECK; constants of ours, never input."""
    return ", ".join(f"'{value}'" for value in values)
