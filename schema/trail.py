from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import audit, note, notification
from domain.access import Permission
from domain.notification import NotificationStatus, NotificationType
from resolvers import trail as resolve
from schema.actor import Actor
from schema.field import plain, resolved, shows
from schema.node import Node

if TYPE_CHECKING:
    from schema.customer import Customer


@shows(notification.Notification)
class Notification(Node):
    type: NotificationType = plain("What it is about.")
    title: str = plain("Up to 100 characters.")
    message: str = plain("Up to 1,000 characters.")
    status: NotificationStatus = plain("How far it has come.")
    actor: Actor = resolved(resolve.sender)
    created_at: datetime = plain("When it was written.")
    delivered_at: datetime | None = plain("When the phone had it.")
    failure_reason: str | None = plain("Why it did not arrive.")


@shows(note.CustomerNote)
class CustomerNote(Node):
    text: str = plain("1 to 5,000 characters.")
    author: Actor = resolved(resolve.author)
    created_at: datetime = plain("When it was written.")


@shows(audit.AuditEntry)
class AuditEntry(Node):
    action: str = plain("The name of what was done.")
    actor: Actor = resolved(resolve.doer)
    customer: Annotated["Customer", strawberry.lazy("schema.customer")] | None = resolved(
        resolve.subject, Permission.OPEN_CUSTOMERS
    )
    note: str | None = plain("Why, in the operator's words.")
    changes: str | None = plain("Changed fields only, as JSON text: before and after.")
    ip_address: str | None = plain("Where the request came from.")
    request_id: str | None = plain("By which the request is found in the logs.")
    created_at: datetime = plain("When it was done.")
    hash: str | None = plain(
        "SHA-256 over this entry and the hash of the one before it in the subaccount; null until"
        " sealed."
    )
