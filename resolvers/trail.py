"""What is kept about a customer: messages, notes, and who did what."""

from strawberry import Parent

from db import audit, notification
from db import customer as customers
from db import note as notes
from domain.actor import Actor
from domain.audit import AuditEntry
from domain.customer import Customer
from domain.note import CustomerNote
from domain.notification import Notification
from resolvers import actor as actors
from resolvers.context import Info
from resolvers.page import list_of_customer

notifications = list_of_customer(
    "notifications", notification.of_customers, "Messages to their phone, newest first."
)
audit_trail = list_of_customer(
    "auditTrail",
    audit.of_customers,
    "What operators and partners did to this customer, newest first.",
)
customer_notes = list_of_customer(
    "notes", notes.of_customers, "What operators wrote down, newest first."
)


async def sender(message: Parent[Notification], info: Info) -> Actor:
    """Who had it sent: an operator, or the program itself."""
    return await actors.by_id(info, message.actor_id)


async def author(note: Parent[CustomerNote], info: Info) -> Actor:
    """Who wrote it."""
    return await actors.by_id(info, note.author_id)


async def doer(entry: Parent[AuditEntry], info: Info) -> Actor:
    """Who did it."""
    return await actors.by_id(info, entry.actor_id)


async def subject(entry: Parent[AuditEntry], info: Info) -> Customer | None:
    """The customer whom it was done to; null where it was done to the fleet."""
    if entry.customer_id is None:
        return None
    return await info.context.load(customers.by_id, entry.customer_id)


async def message(info: Info, id: str) -> Notification | None:
    return await info.context.load(notification.by_id, id)


async def note(info: Info, id: str) -> CustomerNote | None:
    return await info.context.load(notes.by_id, id)


async def entry(info: Info, id: str) -> AuditEntry | None:
    return await info.context.load(audit.by_id, id)
