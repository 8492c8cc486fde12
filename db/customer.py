"""Customers, and the riders' credentials that are bound to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Computed,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TextClause,
    TypedColumns,
    UniqueConstraint,
    and_,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from db.query import AnyQuery, Connection, Query
from db.subaccount import region, subaccount
from db.tables import among, asked, fleet_key, metadata, refers, within
from db.types import Instant, MinorUnits, one_of
from domain.access import Reach
from domain.customer import Customer, DeviceOs
from domain.identity import IdentityStatus
from domain.ids import CustomerId, SubaccountId
from domain.money import Minor, Money
from domain.subaccount import Region


class CustomerColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[CustomerId] = Column(Text, primary_key=True)
    number: Named[int] = Column(BigInteger)
    name: Named[str] = Column(Text)
    # As names are sorted and searched: without case and accents.
    name_key: Named[str] = Column(
        Text(collation="C"), Computed("folded(name)", persisted=True), nullable=False
    )
    email: Named[str | None] = Column(Text)
    # Stored, since under row security an index serves no function of a column.
    email_key: Named[str | None] = Column(Text, Computed("lower(email)", persisted=True))
    phone: Named[str | None] = Column(Text)
    device_os: Named[DeviceOs] = Column(one_of(DeviceOs))
    locale: Named[str] = Column(Text)
    region_id: Named[str | None] = Column(Text)
    joined_at: Named[datetime] = Column(Instant)
    last_active_at: Named[datetime | None] = Column(Instant)
    blocked_at: Named[datetime | None] = Column(Instant)
    blocked_reason: Named[str | None] = Column(Text)
    deleted_at: Named[datetime | None] = Column(Instant)
    deleted: Named[bool] = Column(
        Boolean, Computed("deleted_at IS NOT NULL", persisted=True), nullable=False
    )
    stripe_customer_id: Named[str | None] = Column(Text)
    completed_rides: Named[int] = Column(Integer, server_default="0")
    total_spent: Named[Minor] = Column(MinorUnits, server_default="0")
    identity_required: Named[bool] = Column(Boolean, server_default="false")
    identity_status: Named[IdentityStatus] = Column(
        one_of(IdentityStatus), server_default=IdentityStatus.NOT_REQUIRED
    )
    referral_code: Named[str] = Column(Text)


class RiderColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    issuer: Named[str] = Column(Text, primary_key=True)
    subject: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)


def _order(name: str, key: str | TextClause) -> Index:
    """The index of an order of the customers page."""
    return Index(f"ix_customer_{name}", "subaccount_id", "deleted", key, "id")


customer = Table(
    "customer",
    metadata,
    CustomerColumns,
    fleet_key(),
    refers("region_id", "region"),
    UniqueConstraint("subaccount_id", "number"),
    UniqueConstraint("subaccount_id", "referral_code"),
    UniqueConstraint("subaccount_id", "stripe_customer_id"),
    CheckConstraint("number > 0", "number"),
    CheckConstraint("completed_rides >= 0", "completed_rides"),
    CheckConstraint("last_active_at > joined_at - interval '1 minute'", "active_once_joined"),
    CheckConstraint("(blocked_at IS NULL) = (blocked_reason IS NULL)", "blocked"),
    CheckConstraint("identity_required OR identity_status <> 'PENDING'", "pending_when_required"),
    Index(
        "ux_customer_email",
        "subaccount_id",
        "email_key",
        unique=True,
        postgresql_where=text("deleted_at IS NULL"),
    ),
    Index("ix_customer_phone", "subaccount_id", "phone"),
    Index("ix_customer_id", "id", postgresql_using="hash"),
    _order("joined", "joined_at"),
    _order("name", "name_key"),
    _order("number", "number"),
    _order("rides", "completed_rides"),
    _order("active_up", text("coalesce(last_active_at, 'infinity')")),
    _order("active_down", text("coalesce(last_active_at, '-infinity')")),
    Index(
        "ix_customer_blocked",
        "subaccount_id",
        "id",
        postgresql_where=text("blocked_at IS NOT NULL"),
    ),
    Index(
        "ix_customer_identity_missing",
        "subaccount_id",
        "id",
        postgresql_where=text("identity_required AND identity_status <> 'VERIFIED'"),
    ),
    Index("ix_customer_region", "subaccount_id", "region_id"),
    Index("ix_customer_device", "subaccount_id", "device_os"),
)
rider = Table(
    "rider",
    metadata,
    RiderColumns,
    refers("customer_id", "customer"),
    UniqueConstraint("subaccount_id", "customer_id"),
    Index(None, "issuer", "subject"),
)

CUSTOMER = (
    customer.c.id,
    customer.c.subaccount_id,
    customer.c.number,
    customer.c.name,
    customer.c.email,
    customer.c.phone,
    customer.c.device_os,
    customer.c.locale,
    region.c.id,
    region.c.name,
    customer.c.joined_at,
    customer.c.last_active_at,
    customer.c.blocked_at,
    customer.c.blocked_reason,
    customer.c.deleted_at,
    customer.c.stripe_customer_id,
    customer.c.completed_rides,
    customer.c.total_spent,
    subaccount.c.currency,
    customer.c.identity_required,
    customer.c.identity_status,
)
SELECTED = select(*CUSTOMER).select_from(
    customer.join(subaccount, subaccount.c.id == customer.c.subaccount_id).outerjoin(
        region,
        and_(
            region.c.subaccount_id == customer.c.subaccount_id,
            region.c.id == customer.c.region_id,
        ),
    )
)
REACHED = SELECTED.where(within(customer.c.subaccount_id, customer.c.id))
BY_ID = Query(REACHED.where(among(customer.c.id)))


def _looked_up(column: ColumnElement[Any], kind: TypeEngine[Any]) -> AnyQuery:
    """An exact look-up; of customers who share a phone the newest, and none that is deleted."""
    return Query(
        REACHED.where(
            customer.c.subaccount_id == asked("subaccount_id", Text()),
            column == asked("value", kind),
            customer.c.deleted_at.is_(None),
        )
        .order_by(customer.c.joined_at.desc(), customer.c.id.desc())
        .limit(1)
    )


LOOK_UPS: Mapping[str, AnyQuery] = {
    "customer_number": _looked_up(customer.c.number, BigInteger()),
    "email": _looked_up(customer.c.email_key, Text()),
    "phone": _looked_up(customer.c.phone, Text()),
    "stripe_customer_id": _looked_up(customer.c.stripe_customer_id, Text()),
}


HOLD = Query(
    select(
        func.hold_customer(
            asked("subaccounts", ARRAY(Text)),
            asked("rider", Text()),
            asked("customer_id", Text()),
            type_=Boolean,
        )
    )
)
CHANGE = Query(
    select(
        func.change_customer(
            asked("subaccount_id", Text()),
            asked("customer_id", Text()),
            asked("changes", JSONB),
            type_=Boolean,
        )
    )
)


SHARED = Query(
    select(customer.c.id)
    .where(
        within(customer.c.subaccount_id),
        customer.c.subaccount_id == asked("subaccount_id", Text()),
        customer.c.phone == asked("phone", Text()),
        customer.c.id != asked("customer_id", Text()),
        customer.c.deleted_at.is_(None),
    )
    .limit(1)
)


async def held(connection: Connection, reach: Reach, id: str) -> Customer | None:
    """A customer that stays as it is until the transaction ends; None where there is none."""
    await connection.rows(HOLD, reach, customer_id=id)
    return (await by_id(connection, reach, [id])).get(id)


async def change(
    connection: Connection, reach: Reach, customer: Customer, changes: Mapping[str, object]
) -> None:
    """Write some columns of a customer, by their names: an explicit None clears (GEN-1)."""
    ids = {"subaccount_id": customer.subaccount_id, "customer_id": customer.id}
    await connection.rows(CHANGE, reach, **ids, changes=orjson.dumps(changes).decode())


async def by_id(connection: Connection, reach: Reach, ids: Sequence[str]) -> dict[str, Customer]:
    """The customers that exist for the caller, of those asked for; deleted ones too."""
    found = await connection.rows(BY_ID, reach, keys=ids)
    return {row[0]: customer_of(row) for row in found}


async def shares_phone(connection: Connection, reach: Reach, whose: Customer) -> bool:
    """Whether another customer of the fleet has the same number; deleted ones do not count."""
    ids = {"subaccount_id": whose.subaccount_id, "customer_id": whose.id}
    return bool(await connection.rows(SHARED, reach, **ids, phone=whose.phone))


async def by_key(
    connection: Connection, reach: Reach, keys: Sequence[tuple[str, str, object]]
) -> dict[tuple[str, str, object], Customer]:
    """For each (fleet, identifier, value) the customer, where there is one.

    One statement an identifier: a request has as many as root fields, which are bounded.
    """
    found: dict[tuple[str, str, object], Customer] = {}
    for key in keys:
        subaccount_id, identifier, value = key
        rows = await connection.rows(
            LOOK_UPS[identifier], reach, subaccount_id=subaccount_id, value=value
        )
        found.update((key, customer_of(row)) for row in rows)
    return found


def customer_of(row: Sequence[Any]) -> Customer:
    """A customer from a row of the columns of `CUSTOMER`."""
    region_id, region_name, *rest = row[8:]
    *dates_and_ids, completed_rides, spent, currency, required, identity_status = rest
    subaccount_id = row[1]
    values: tuple[Any, ...] = (
        row[0],
        subaccount_id,
        *row[2:8],
        Region(region_id, subaccount_id, region_name) if region_id else None,
        *dates_and_ids,
        completed_rides,
        Money(spent, currency),
        required,
        identity_status,
    )
    return Customer(*values)
