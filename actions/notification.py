"""Messages to customers: written in the transaction of what they tell, sent by a job after it."""

from actions import customer as customers
from actions.action import Work, action
from db import notification as store
from domain.access import Permission
from domain.actor import system
from domain.audit import Change
from domain.customer import Customer
from domain.ids import CustomerId, Prefix
from domain.job import Job, JobKind
from domain.notification import (
    Notification,
    NotificationStatus,
    NotificationType,
    Notified,
    message_problems,
)
from domain.refusal import Code, refuse

ANNOUNCER = system("notifications")


@action(
    Permission.NOTIFY,
    refuses=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.CUSTOMER_DELETED),
    idempotent=True,
)
async def send_notification(
    work: Work, customer_id: CustomerId, type: NotificationType, title: str, message: str
) -> Notified:
    """Send a message to a customer's phone, soon and at most once (NOT-1, NOT-2)."""
    customer = await customers.held(work, customer_id)
    refuse(*message_problems(title, message))
    id = await notify(work, customer, type, title, message, actor=work.caller.id)
    ids = customer.subaccount_id, customer.id
    work.changed(Change(*ids, before={}, after={"title": title}))
    return Notified(id)


async def notify(
    work: Work,
    customer: Customer,
    type: NotificationType,
    title: str,
    message: str,
    *,
    actor: str = ANNOUNCER,
) -> str:
    """Leave a message to be sent, by the program unless another is named; gives its id."""
    new = Notification(
        work.new_id(Prefix.NOTIFICATION),
        customer.id,
        type,
        title,
        message,
        NotificationStatus.QUEUED,
        actor,
        work.now,
        delivered_at=None,
        failure_reason=None,
    )
    await store.add(work.connection, work.reach, customer.subaccount_id, new)
    work.later(Job(JobKind.DELIVER_NOTIFICATION, customer.subaccount_id, new.id))
    return new.id
