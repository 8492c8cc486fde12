"""Messages to customers' phones."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Named, Table, Text, TypedColumns, insert, select, update

from db.page import Pages
from db.query import Connection, Query
from db.tables import among, asked, metadata, refers, within
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

ADD = Query(insert(notification).returning(notification.c.id))
OWN = (within(notification.c.subaccount_id), notification.c.id == asked("id", Text))
HOLD = Query(select(notification.c.id).where(*OWN).with_for_update(key_share=True))
MARK = Query(
    update(notification)
    .where(*OWN)
    .values(
        status=asked("told", notification.c.status.type),
        delivered_at=asked("at", Instant),
        failure_reason=asked("why", Text),
    )
    .returning(notification.c.id)
)


async def add(
    connection: Connection, reach: Reach, subaccount_id: SubaccountId, new: Notification
) -> None:
    """Keep a message, which waits to be sent."""
    row = asdict(new)
    row["actor"] = row.pop("actor_id")
    await connection.rows(ADD, reach, subaccount_id=subaccount_id, **row)


async def held(connection: Connection, reach: Reach, id: str) -> Notification | None:
    """A message that stays as it is until the transaction ends; None where there is none."""
    await connection.rows(HOLD, reach, id=id)
    return (await by_id(connection, reach, [id])).get(id)


async def mark(
    connection: Connection,
    reach: Reach,
    id: str,
    status: NotificationStatus,
    *,
    delivered_at: datetime | None = None,
    reason: str | None = None,
) -> None:
    """Keep how far a message has come (NOT-1)."""
    await connection.rows(MARK, reach, id=id, told=status, at=delivered_at, why=reason)


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
