"""What is kept about a customer: messages, notes, and who did what."""

from datetime import datetime

import strawberry
from strawberry import ID, Parent

from db import audit, notification
from db import customer as customers
from db import note as notes
from domain.access import Permission
from domain.actor import Actor
from domain.audit import AuditEntry, TrailFilter
from domain.customer import Customer
from domain.ids import Prefix
from domain.note import CustomerNote
from domain.notification import Notification
from domain.page import Page
from domain.subaccount import Subaccount
from resolvers import actor as actors
from resolvers.context import Info
from resolvers.decode import id_of, readable, several
from resolvers.page import Paging, list_of_customer

AUDIT_LOG = "audit log"
CUSTOMER_LOG = "audit log of customer"


@strawberry.input(description="Which entries of the fleet's trail are listed.")
class AuditFilter:
    actions: list[str] | None = strawberry.field(
        default=None, description="Of acts of these names; up to 50."
    )
    actor_ids: list[ID] | None = strawberry.field(
        default=None,
        description="By these operators, customers, partner keys, or parts of the program (sys: and"
        " the name); up to 50.",
    )
    customer_id: ID | None = strawberry.field(default=None, description="Done to this customer.")
    from_: datetime | None = strawberry.field(
        default=None, name="from", description="Done at this time or later."
    )
    to: datetime | None = strawberry.field(default=None, description="Done before this time.")

    def decoded(self) -> TrailFilter:
        """Without the customer, whose list is another; BAD_USER_INPUT for what cannot be read."""
        actor_ids = several(self.actor_ids, actors.kept)
        return TrailFilter(actor_ids, several(self.actions, readable), self.from_, self.to)


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


async def of_fleet(
    fleet: Parent[Subaccount],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: AuditFilter | None = None,
) -> Page[AuditEntry] | None:
    """The fleet's whole trail, newest first; 20 a page unless asked, 100 at most (AUD-1)."""
    asked = AuditFilter() if filter is None else filter
    only, paging = asked.decoded(), Paging(first, after, last, before)
    if asked.customer_id is None:
        key = paging.key(AUDIT_LOG, fleet.id, fleet.id, only)
        return await info.context.load(audit.of_fleets, key)
    customer_id = id_of(asked.customer_id, Prefix.CUSTOMER)
    key = paging.key(CUSTOMER_LOG, fleet.id, customer_id, only)
    return await info.context.load(audit.of_customers, key)


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
    """One of a customer's trail; what was done to the fleet is for those who read its log."""
    found: AuditEntry | None = await info.context.load(audit.by_id, id)
    whole = info.context.caller.may(Permission.VIEW_AUDIT_LOG)
    return None if found and found.customer_id is None and not whole else found
