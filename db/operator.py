"""Operators of the company, and the fleets that each is assigned to."""

from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    Column,
    ForeignKey,
    Index,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    func,
    select,
)

from db.query import Connection, Query
from db.tables import among, fleet_key, metadata, within
from db.types import one_of
from domain.access import Reach, Role
from domain.actor import OperatorProfile
from domain.ids import SubaccountId


class OperatorColumns(TypedColumns):
    id: Named[str] = Column(Text, primary_key=True)
    issuer: Named[str] = Column(Text)
    subject: Named[str] = Column(Text)
    name: Named[str] = Column(Text)
    email: Named[str] = Column(Text)
    role: Named[Role] = Column(one_of(Role))
    locale: Named[str | None] = Column(Text)


class AssignmentColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    operator_id: Named[str] = Column(Text, ForeignKey("operator.id"), primary_key=True)


operator = Table("operator", metadata, OperatorColumns, UniqueConstraint("issuer", "subject"))
assignment = Table(
    "operator_assignment",
    metadata,
    AssignmentColumns,
    fleet_key(),
    Index(None, "operator_id", "subaccount_id"),
)

PROFILES = Query(
    select(
        operator.c.id,
        operator.c.name,
        operator.c.email,
        operator.c.role,
        func.array(
            select(assignment.c.subaccount_id)
            .where(within(assignment.c.subaccount_id), assignment.c.operator_id == operator.c.id)
            .scalar_subquery(),
            type_=ARRAY(Text),
        ),
    ).where(among(operator.c.id))
)


async def by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, OperatorProfile]:
    """The operators of these ids: whoever acted on a record is named beside it.

    Of their fleets only those within the caller's reach are told.
    """
    found = await connection.rows(PROFILES, reach, keys=ids)
    return {row[0]: OperatorProfile(*row[:4], tuple(row[4])) for row in found}


async def colleagues(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, OperatorProfile]:
    """The operators who work for a fleet of the caller's, of those asked for; for `node`."""
    found = await by_id(connection, reach, ids)
    return {
        id: profile
        for id, profile in found.items()
        if profile.subaccount_ids or (profile.role is Role.SUPER_ADMIN and reach.subaccounts)
    }
