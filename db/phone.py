"""What look-ups of phone numbers told."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    delete,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from db.query import Connection, Query
from db.tables import among, asked, listed, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.name import NameMatchLevel
from domain.phone import LineType, PhoneLookup, PhoneRiskFlag, RiskLevel


class PhoneLookupColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text, primary_key=True)
    carrier: Named[str | None] = Column(Text)
    line_type: Named[LineType] = Column(one_of(LineType))
    prepaid: Named[bool | None] = Column(Boolean)
    country: Named[str | None] = Column(Text)
    risk_score: Named[int | None] = Column(Integer)
    risk_level: Named[RiskLevel] = Column(one_of(RiskLevel))
    risk_flags: Named[list[PhoneRiskFlag]] = Column(ARRAY(Text))
    name_match_score: Named[int | None] = Column(Integer)
    name_match_level: Named[NameMatchLevel | None] = Column(one_of(NameMatchLevel))
    provider: Named[str] = Column(Text)
    checked_at: Named[datetime] = Column(Instant)


phone_lookup = Table(
    "phone_lookup",
    metadata,
    PhoneLookupColumns,
    refers("customer_id", "customer"),
    CheckConstraint("risk_score BETWEEN 0 AND 100", "risk_score"),
    CheckConstraint("(risk_score IS NULL) = (risk_level = 'UNKNOWN')", "unknown"),
    CheckConstraint("name_match_score BETWEEN 0 AND 100", "name_match_score"),
    CheckConstraint(f"risk_flags <@ ARRAY[{listed([*PhoneRiskFlag])}]", "risk_flags"),
    Index("ix_phone_lookup_level", "subaccount_id", "risk_level", "customer_id"),
)

OF_CUSTOMERS = Query(
    select(
        phone_lookup.c.customer_id,
        phone_lookup.c.carrier,
        phone_lookup.c.line_type,
        phone_lookup.c.prepaid,
        phone_lookup.c.country,
        phone_lookup.c.risk_score,
        phone_lookup.c.risk_level,
        phone_lookup.c.risk_flags,
        phone_lookup.c.name_match_score,
        phone_lookup.c.name_match_level,
        phone_lookup.c.provider,
        phone_lookup.c.checked_at,
    ).where(
        within(phone_lookup.c.subaccount_id, phone_lookup.c.customer_id),
        among(phone_lookup.c.customer_id),
    )
)


NEW = insert(phone_lookup)
SAVE = Query(
    NEW.on_conflict_do_update(
        index_elements=["subaccount_id", "customer_id"],
        set_={
            column.name: NEW.excluded[column.name]
            for column in phone_lookup.c
            if not column.primary_key
        },
        where=within(phone_lookup.c.subaccount_id, phone_lookup.c.customer_id),
    ).returning(phone_lookup.c.customer_id)
)
FORGET = Query(
    delete(phone_lookup)
    .where(
        within(phone_lookup.c.subaccount_id, phone_lookup.c.customer_id),
        phone_lookup.c.customer_id == asked("customer_id", Text),
    )
    .returning(phone_lookup.c.customer_id)
)


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, PhoneLookup]:
    """What was found out about each customer's number."""
    found = await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids)
    return {row[0]: _lookup(row) for row in found}


async def save(
    connection: Connection, reach: Reach, subaccount_id: SubaccountId, found: PhoneLookup
) -> None:
    """Keep what was found out, in place of an earlier look-up."""
    await connection.rows(SAVE, reach, subaccount_id=subaccount_id, **asdict(found))


async def forget(connection: Connection, reach: Reach, customer_id: CustomerId) -> None:
    """Remove what was found out about a number that the customer no longer has."""
    await connection.rows(FORGET, reach, customer_id=customer_id)


def _lookup(row: tuple[Any, ...]) -> PhoneLookup:
    flags = tuple(PhoneRiskFlag(flag) for flag in row[7])
    values: tuple[Any, ...] = (*row[:7], flags, *row[8:])
    return PhoneLookup(*values)
