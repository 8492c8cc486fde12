"""The trail: who changed what (AUD-1). One row a change, in the transaction of the change."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Index,
    Named,
    Table,
    TableValuedAlias,
    Text,
    TypedColumns,
    any_,
    cast,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.page import Kind, Pages
from db.query import Connection, Query
from db.tables import among, fleet_key, metadata, refers, within
from db.types import Instant
from domain.access import Reach
from domain.audit import AuditEntry, TrailFilter
from domain.ids import CustomerId, SubaccountId
from domain.page import Page, PageKey, page

F = TypeVar("F", bound=TrailFilter | None)


class AuditColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    created_at: Named[datetime] = Column(Instant)
    actor: Named[str] = Column(Text)
    action: Named[str] = Column(Text)
    customer_id: Named[CustomerId | None] = Column(Text)
    note: Named[str | None] = Column(Text)
    changes: Named[Mapping[str, object] | None] = Column(JSONB)
    ip_address: Named[str | None] = Column(Text)
    request_id: Named[str | None] = Column(Text)
    hash: Named[str | None] = Column(Text)


audit_entry = Table(
    "audit_entry",
    metadata,
    AuditColumns,
    fleet_key(),
    refers("customer_id", "customer"),
    Index(None, "subaccount_id", "customer_id", "created_at", "id"),
    Index("ix_audit_entry_fleet", "subaccount_id", "created_at", "id"),
    Index("ix_audit_entry_actor", "subaccount_id", "actor", "created_at", "id"),
    Index("ix_audit_entry_action", "subaccount_id", "action", "created_at", "id"),
    Index("ix_audit_entry_actor_action", "subaccount_id", "actor", "action", "created_at", "id"),
)

ADD = Query(insert(audit_entry).returning(audit_entry.c.id))


async def add(connection: Connection, reach: Reach, row: Mapping[str, object]) -> None:
    """Leave one entry in the trail; `row` has the table's columns but the seal."""
    await connection.rows(ADD, reach, **row, hash=None)


SELECTED = select(
    audit_entry.c.id,
    audit_entry.c.subaccount_id,
    audit_entry.c.action,
    audit_entry.c.actor,
    audit_entry.c.customer_id,
    audit_entry.c.note,
    cast(audit_entry.c.changes, Text),
    audit_entry.c.ip_address,
    audit_entry.c.request_id,
    audit_entry.c.created_at,
    audit_entry.c.hash,
).where(within(audit_entry.c.subaccount_id, audit_entry.c.customer_id))
BY_ID = Query(SELECTED.where(among(audit_entry.c.id)))
NAMES: Mapping[str, Kind] = {"actors": ARRAY(Text), "actions": ARRAY(Text)}


def among_names(keys: TableValuedAlias) -> list[ColumnElement[bool]]:
    """Whether an entry is of those that a TrailFilter names: for the few of one customer."""
    k = keys.c
    return [
        or_(k.actors.is_(None), audit_entry.c.actor == any_(k.actors)),
        or_(k.actions.is_(None), audit_entry.c.action == any_(k.actions)),
    ]


OF_CUSTOMERS = Pages(
    SELECTED,
    audit_entry,
    owner="customer_id",
    time="created_at",
    span=True,
    filters=NAMES,
    where=among_names,
)


def _log(**each: str) -> Pages[*tuple[Any, ...]]:
    """The trail of a whole fleet, or of it what is each actor's or action's."""
    return Pages(
        SELECTED,
        audit_entry,
        owner="subaccount_id",
        time="created_at",
        span=True,
        filters=NAMES,
        each=each,
    )


LOGS: Mapping[tuple[bool, bool], Pages[*tuple[Any, ...]]] = {
    (False, False): _log(),
    (True, False): _log(actor="actors"),
    (False, True): _log(action="actions"),
    (True, True): _log(actor="actors", action="actions"),
}
"""By whether actors are named, and whether actions are."""


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, AuditEntry]:
    """The entries that exist for the caller, of those asked for."""
    return {row[0]: _entry(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def of_customers(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[F]]
) -> dict[PageKey[F], Page[AuditEntry]]:
    """A page of what was done to each customer, newest first."""
    return await _read(OF_CUSTOMERS, connection, reach, keys)


async def of_fleets(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[TrailFilter]]
) -> dict[PageKey[TrailFilter], Page[AuditEntry]]:
    """A page of what was done in each fleet, newest first."""
    found: dict[PageKey[TrailFilter], Page[AuditEntry]] = {}
    for named, log in LOGS.items():
        found |= await _read(log, connection, reach, [k for k in keys if k.only.named == named])
    return found


async def _read(
    pages: Pages[*tuple[Any, ...]], connection: Connection, reach: Reach, keys: Sequence[PageKey[F]]
) -> dict[PageKey[F], Page[AuditEntry]]:
    found = await pages.read(connection, reach, keys)
    return {key: page(key, [_entry(row) for row in rows]) for key, rows in found.items()}


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    return AuditEntry(*row)
