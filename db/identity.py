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
from db.tables import among, asked, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.customer import Customer
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

OF_CUSTOMERS = Query(
    select(
        customer.c.id,
        customer.c.identity_status,
        customer.c.identity_required,
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


DEMANDED = ("subaccount_id", "customer_id", "required_reason")
# The policy holds the row against the fleets.
NEW = insert(identity).values({name: asked(name, identity.c[name].type) for name in DEMANDED})
DEMAND = Query(
    NEW.on_conflict_do_update(
        index_elements=["subaccount_id", "customer_id"],
        set_={"required_reason": NEW.excluded["required_reason"]},
    ).returning(identity.c.customer_id)
)


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, IdentityVerification]:
    """How far each customer has proven who they are."""
    found = await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids)
    return {row[0]: _verification(row) for row in found}


async def demand(connection: Connection, reach: Reach, whose: Customer, reason: str) -> None:
    """Keep why a customer has to prove who they are; that they have to stands with the customer."""
    ids = {"subaccount_id": whose.subaccount_id, "customer_id": whose.id}
    await connection.rows(DEMAND, reach, **ids, required_reason=reason)


def _verification(row: tuple[Any, ...]) -> IdentityVerification:
    return IdentityVerification(*row)
