"""Writing new customers, and what is known of somebody who signs up."""

from collections.abc import Mapping

import asyncpg
import orjson
from sqlalchemy import (
    Column,
    Index,
    Named,
    Table,
    Text,
    TypedColumns,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.customer import customer, rider
from db.engine import Conflict
from db.query import Connection, Query
from db.tables import asked, metadata, refers, within
from domain.access import Reach, Rider
from domain.ids import CustomerId, SubaccountId
from domain.refusal import Code, Refusal, Refused


class SignupDeviceColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text, primary_key=True)
    device_id: Named[str] = Column(Text)


signup_device = Table(
    "signup_device",
    metadata,
    SignupDeviceColumns,
    refers("customer_id", "customer"),
    Index(None, "subaccount_id", "device_id"),
)

ADD = Query(select(func.add_customer(asked("given", JSONB), type_=Text)))
# The policies hold the new row against the fleet and against who asks; no column may be read.
BIND = Query(insert(rider).returning(true()))
ADD_DEVICE = Query(insert(signup_device).returning(signup_device.c.customer_id))
LIVING = select(customer.c.id).where(
    within(customer.c.subaccount_id),
    customer.c.subaccount_id == asked("subaccount_id", Text),
    customer.c.deleted_at.is_(None),
)
"""Customers of a fleet, for a rider too, who reaches none of them; only ids leave."""
WITH_EMAIL = Query(LIVING.where(customer.c.email_key == func.lower(asked("email", Text))))
WITH_CODE = Query(LIVING.where(customer.c.referral_code == asked("code", Text)))


async def takes_email(
    connection: Connection, reach: Reach, subaccount_id: SubaccountId, email: str
) -> bool:
    """Whether a customer of the fleet has this email; another may take it any moment."""
    given = {"subaccount_id": subaccount_id, "email": email}
    return bool(await connection.rows(WITH_EMAIL, reach, **given))


async def referrer(
    connection: Connection, reach: Reach, subaccount_id: SubaccountId, code: str
) -> CustomerId | None:
    """The customer of the fleet whose code this is; None where there is none, or no longer."""
    given = {"subaccount_id": subaccount_id, "code": code}
    found = await connection.rows(WITH_CODE, reach, **given)
    return found[0][0] if found else None


async def add(connection: Connection, reach: Reach, columns: Mapping[str, object]) -> None:
    """Write a new customer with its accounts, under the fleet's next number (CUS-1).

    ALREADY_EXISTS where the email was taken meanwhile; Conflict where the referral code was.
    """
    try:
        await connection.rows(ADD, reach, given=orjson.dumps(columns).decode())
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "ux_customer_email":
            raise Refused(Refusal(Code.ALREADY_EXISTS, "email")) from error
        if error.constraint_name == "uq_customer_subaccount_id_referral_code":
            raise Conflict from error
        raise


async def bind(connection: Connection, reach: Reach, who: Rider, customer_id: CustomerId) -> None:
    """Make a customer the rider's own (ROL-8); ALREADY_EXISTS where it has one in the fleet."""
    row = {"subaccount_id": who.subaccount_id, "issuer": who.issuer, "subject": who.subject}
    try:
        await connection.rows(BIND, reach, **row, customer_id=customer_id)
    except asyncpg.UniqueViolationError as error:
        raise Refused(Refusal(Code.ALREADY_EXISTS)) from error


async def add_device(
    connection: Connection,
    reach: Reach,
    subaccount_id: SubaccountId,
    customer_id: CustomerId,
    device_id: str,
) -> None:
    """Keep the phone that a customer signed up with, to know it again (LOY-9)."""
    row = {"subaccount_id": subaccount_id, "customer_id": customer_id, "device_id": device_id}
    await connection.rows(ADD_DEVICE, reach, **row)
