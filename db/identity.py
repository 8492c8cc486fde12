"""What identity checks found; status and requirement stand with the customer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    and_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from db.customer import customer
from db.query import Connection, Query
from db.tables import among, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.identity import IdentityDocumentType, IdentityMethod, IdentityVerification
from domain.ids import CustomerId, SubaccountId


class IdentityColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text, primary_key=True)
    required_reason: Named[str | None] = Column(Text)
    failure_reason: Named[str | None] = Column(Text)
    verified_at: Named[datetime | None] = Column(Instant)
    name_mismatch: Named[bool | None] = Column(Boolean)
    verified_name: Named[str | None] = Column(Text)
    date_of_birth: Named[date | None] = Column(Date)
    address: Named[str | None] = Column(Text)
    id_type: Named[IdentityDocumentType | None] = Column(one_of(IdentityDocumentType))
    method: Named[IdentityMethod | None] = Column(one_of(IdentityMethod))
    notes: Named[str | None] = Column(Text)
    risk_score: Named[int | None] = Column(Integer)


identity = Table(
    "identity_verification",
    metadata,
    IdentityColumns,
    refers("customer_id", "customer"),
    CheckConstraint("risk_score BETWEEN 0 AND 100", "risk_score"),
)

FOUND = (
    identity.c.required_reason,
    identity.c.failure_reason,
    identity.c.verified_at,
    identity.c.name_mismatch,
    identity.c.verified_name,
    identity.c.date_of_birth,
    identity.c.address,
    identity.c.id_type,
    identity.c.method,
    identity.c.notes,
)
"""What is known of an identity beside the Radar score, which comes from elsewhere."""
OF_CUSTOMERS = Query(
    select(
        customer.c.id,
        customer.c.identity_status,
        customer.c.identity_required,
        *FOUND,
        identity.c.risk_score,
    )
    .select_from(customer)
    .outerjoin(
        identity,
        and_(
            identity.c.subaccount_id == customer.c.subaccount_id,
            identity.c.customer_id == customer.c.id,
        ),
    )
    .where(within(customer.c.subaccount_id, customer.c.id), among(customer.c.id))
)
NEW = insert(identity).values(dict.fromkeys((*identity.primary_key.columns, *FOUND)))
KEEP = Query(
    NEW.on_conflict_do_update(
        index_elements=identity.primary_key.columns,
        set_={column.name: NEW.excluded[column.name] for column in FOUND},
        where=within(identity.c.subaccount_id, identity.c.customer_id),
    ).returning(identity.c.customer_id)
)


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, IdentityVerification]:
    """How far each customer has proven who they are."""
    found = await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids)
    return {row[0]: _verification(row) for row in found}


async def keep(
    connection: Connection, reach: Reach, subaccount_id: SubaccountId, found: IdentityVerification
) -> None:
    """Write what is known of a customer's identity; the status stands with the customer."""
    values = {column.name: getattr(found, column.name) for column in FOUND}
    ids = {"subaccount_id": subaccount_id, "customer_id": found.customer_id}
    await connection.rows(KEEP, reach, **ids, **values)


def _verification(row: tuple[Any, ...]) -> IdentityVerification:
    return IdentityVerification(*row)
