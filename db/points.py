"""The points ledger: the third account of the ledger's tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, TableValuedAlias, Text, any_, or_, select

from db.ledger import entry
from db.page import Kind, Pages
from db.query import Connection, Query
from db.tables import among, within
from db.types import Instant
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.loyalty import (
    EarnBasis,
    LoyaltyTransaction,
    LoyaltyTransactionKind,
    PointsFilter,
)
from domain.page import Page, PageKey, page
from domain.wallet import POINTS

SELECTED = select(
    entry.c.id,
    entry.c.subaccount_id,
    entry.c.customer_id,
    entry.c.kind,
    entry.c.amount,
    entry.c.balance_after,
    entry.c.note,
    entry.c.source,
    entry.c.basis_base,
    entry.c.basis_rate,
    entry.c.basis_multiplier,
    entry.c.basis_capped_by,
    entry.c.actor,
    entry.c.ride_id,
    entry.c.created_at,
).where(within(entry.c.subaccount_id, entry.c.customer_id), entry.c.account == POINTS)
BY_ID = Query(SELECTED.where(among(entry.c.id)))
FILTERS: Mapping[str, Kind] = {"kinds": ARRAY(Text), "from_": Instant, "to": Instant}


def filtered(keys: TableValuedAlias) -> list[ColumnElement[bool]]:
    """What a PointsFilter asks for; the keys carry its members."""
    k = keys.c
    return [
        or_(k.kinds.is_(None), entry.c.kind == any_(k.kinds)),
        or_(k.from_.is_(None), entry.c.created_at >= k.from_),
        or_(k.to.is_(None), entry.c.created_at < k.to),
    ]


ACTIVITY = Pages(
    SELECTED,
    entry,
    owner="customer_id",
    time="created_at",
    filters=FILTERS,
    where=filtered,
)


async def transactions(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, LoyaltyTransaction]:
    """The lines that exist for the caller, of those asked for."""
    return {row[0]: _transaction(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def activity(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[PointsFilter]]
) -> dict[PageKey[PointsFilter], Page[LoyaltyTransaction]]:
    """A page of each customer's points ledger, newest first."""
    found = await ACTIVITY.read(connection, reach, keys)
    return {key: page(key, [_transaction(row) for row in rows]) for key, rows in found.items()}


def _transaction(row: tuple[Any, ...]) -> LoyaltyTransaction:
    id, subaccount_id, customer_id, kind, points, after, reason, source, *rest = row
    base, rate, multiplier, capped_by, *last = rest
    return LoyaltyTransaction(
        id,
        SubaccountId(subaccount_id),
        CustomerId(customer_id),
        LoyaltyTransactionKind(kind),
        points,
        after,
        reason,
        source,
        None if base is None else EarnBasis(base, rate, multiplier, capped_by),
        *last,
    )
