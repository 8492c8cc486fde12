"""Messages to customers: written in the transaction of what they tell, sent by a job after it."""

from actions.action import Work
from db import notification as store
from domain.actor import system
from domain.customer import Customer
from domain.ids import Prefix
from domain.job import Job, JobKind
from domain.notification import Notification, NotificationStatus, NotificationType

ANNOUNCER = system("notifications")


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
