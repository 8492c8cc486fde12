"""Messages to customers' phones."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Named, Table, Text, TypedColumns, select

from db.page import Pages
from db.query import Connection, Query
from db.tables import among, metadata, refers, within
from db.types import Instant, one_of
from domain.access import Reach
from domain.ids import CustomerId, SubaccountId
from domain.notification import Notification, NotificationStatus, NotificationType
from domain.page import Page, PageKey, page


class NotificationColumns(TypedColumns):
    subaccount_id: Named[SubaccountId] = Column(Text, primary_key=True)
    id: Named[str] = Column(Text, primary_key=True)
    customer_id: Named[CustomerId] = Column(Text)
    type: Named[NotificationType] = Column(one_of(NotificationType))
    title: Named[str] = Column(Text)
    message: Named[str] = Column(Text)
    status: Named[NotificationStatus] = Column(one_of(NotificationStatus))
    actor: Named[str] = Column(Text)
    created_at: Named[datetime] = Column(Instant)
    delivered_at: Named[datetime | None] = Column(Instant)
    failure_reason: Named[str | None] = Column(Text)


notification = Table(
    "notification",
    metadata,
    NotificationColumns,
    refers("customer_id", "customer"),
    Index(None, "subaccount_id", "customer_id", "created_at", "id"),
)

SELECTED = select(
    notification.c.id,
    notification.c.customer_id,
    notification.c.type,
    notification.c.title,
    notification.c.message,
    notification.c.status,
    notification.c.actor,
    notification.c.created_at,
    notification.c.delivered_at,
    notification.c.failure_reason,
).where(within(notification.c.subaccount_id, notification.c.customer_id))
BY_ID = Query(SELECTED.where(among(notification.c.id)))
OF_CUSTOMERS = Pages(
    SELECTED,
    notification,
    owner="customer_id",
    time="created_at",
)


async def by_id(
    connection: Connection, reach: Reach, ids: Sequence[str]
) -> dict[str, Notification]:
    """The messages that exist for the caller, of those asked for."""
    return {row[0]: _message(row) for row in await connection.rows(BY_ID, reach, keys=ids)}


async def of_customers(
    connection: Connection, reach: Reach, keys: Sequence[PageKey[None]]
) -> dict[PageKey[None], Page[Notification]]:
    """A page of each customer's messages, newest first."""
    found = await OF_CUSTOMERS.read(connection, reach, keys)
    return {key: page(key, [_message(row) for row in rows]) for key, rows in found.items()}


def _message(row: tuple[Any, ...]) -> Notification:
    return Notification(*row)
