"""The mirror of the cards that Stripe keeps (PAY-1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    delete,
    select,
    text,
)

from db.query import Connection, Query
from db.subaccount import subaccount
from db.tables import among, asked, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.payment_method import PaymentMethod, PaymentMethodType, PaymentMethodVerification


class PaymentMethodColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    type: Named[PaymentMethodType] = Column(one_of(PaymentMethodType))
    brand: Named[str | None] = Column(Text)
    last4: Named[str | None] = Column(Text)
    exp_month: Named[int | None] = Column(Integer)
    exp_year: Named[int | None] = Column(Integer)
    is_default: Named[bool] = Column(Boolean, server_default="false")
    verification: Named[PaymentMethodVerification] = Column(one_of(PaymentMethodVerification))
    stripe_payment_method_id: Named[str | None] = Column(Text)
    added_at: Named[datetime] = Column(Instant)


payment_method = Table(
    "payment_method",
    metadata,
    PaymentMethodColumns,
    refers("customer_id", "customer"),
    UniqueConstraint("subaccount_id", "stripe_payment_method_id"),
    CheckConstraint("exp_month BETWEEN 1 AND 12", "exp_month"),
    CheckConstraint("(exp_month IS NULL) = (exp_year IS NULL)", "expiry"),
    Index(None, "subaccount_id", "customer_id"),
    Index(
        "ux_payment_method_default",
        "subaccount_id",
        "customer_id",
        unique=True,
        postgresql_where=text("is_default"),
    ),
)

SAVED_MAX = 100
"""More than any customer keeps; the bound of the list."""

SELECTED = (
    select(
        payment_method.c.id,
        payment_method.c.subaccount_id,
        payment_method.c.customer_id,
        payment_method.c.type,
        payment_method.c.brand,
        payment_method.c.last4,
        payment_method.c.exp_month,
        payment_method.c.exp_year,
        payment_method.c.is_default,
        payment_method.c.verification,
        payment_method.c.stripe_payment_method_id,
        payment_method.c.added_at,
        subaccount.c.timezone,
    )
    .select_from(payment_method)
    .join(subaccount, subaccount.c.id == payment_method.c.subaccount_id)
    .where(within(payment_method.c.subaccount_id, payment_method.c.customer_id))
)
BY_ID = Query(SELECTED.where(among(payment_method.c.id)))
OF_CUSTOMERS = Query(
    SELECTED.where(among(payment_method.c.customer_id)).order_by(
        payment_method.c.is_default.desc(),
        payment_method.c.added_at.desc(),
        payment_method.c.id.desc(),
    )
)

DETACH = Query(
    delete(payment_method)
    .where(
        within(payment_method.c.subaccount_id, payment_method.c.customer_id),
        payment_method.c.customer_id == asked("customer_id", Text),
    )
    .returning(payment_method.c.id)
)


async def by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, PaymentMethod]:
    """The means of payment that exist for the caller, of those asked for."""
    found = await connection.rows(BY_ID, reach, keys=ids)
    return {row[0]: _method(row) for row in found}


async def of_customers(
    connection: Connection, reach: Reach, customer_ids: Sequence[str]
) -> dict[str, list[PaymentMethod]]:
    """Each customer's saved means of payment: the default first, then the newest."""
    saved: dict[str, list[PaymentMethod]] = {id: [] for id in customer_ids}
    for row in await connection.rows(OF_CUSTOMERS, reach, keys=customer_ids):
        if len(saved[row[2]]) < SAVED_MAX:
            saved[row[2]].append(_method(row))
    return saved


async def detach(connection: Connection, reach: Reach, customer_id: CustomerId) -> list[str]:
    """Forget every card of a customer; gives their ids."""
    found = await connection.rows(DETACH, reach, customer_id=customer_id)
    return sorted(id for (id,) in found)


def _method(row: tuple[Any, ...]) -> PaymentMethod:
    return PaymentMethod(*row)
