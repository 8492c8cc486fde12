"""What a push service says of a message, as it comes to be known (NOT-2).

Each of these may be performed again: what was kept first stays.
"""

from collections.abc import Mapping

from actions.action import Work, action
from db import device as devices
from db import notification as store
from db import push as pushes
from domain.access import Permission
from domain.job import Job, JobKind
from domain.notification import NotificationStatus, Notified
from domain.push import RECEIPT_AFTER, Accepted, PushOutcome, Rejected, fate, told


@action(Permission.RUN_JOBS)
async def record_push(
    work: Work, notification_id: str, token: str, answer: Accepted | Rejected
) -> Notified:
    """Keep the answer to a message to one phone at once: it is never sent there again."""
    (subaccount_id,) = work.reach.subaccounts
    message = await store.held(work.connection, work.reach, notification_id)
    if message is not None:
        of = {"subaccount_id": subaccount_id, "notification_id": notification_id}
        sent = told(token, answer)
        await pushes.add(work.connection, work.reach, sent, **of, at=work.now)
        if isinstance(answer, Rejected):
            await _forget(work, token, answer)
        elif message.status in {NotificationStatus.QUEUED, NotificationStatus.FAILED}:
            await store.mark(work.connection, work.reach, message.id, NotificationStatus.SENT)
        if sent.open_ticket is not None:
            work.later(Job(JobKind.CHECK_RECEIPT, subaccount_id, message.id), RECEIPT_AFTER)
    return Notified(notification_id)


@action(Permission.RUN_JOBS)
async def end_sending(work: Work, notification_id: str, trouble: str | None) -> Notified:
    """Keep that a message is sent to no further phone, because of some trouble or for want of one.

    It has failed unless a phone's push service took it.
    """
    message = await store.held(work.connection, work.reach, notification_id)
    sent = await pushes.of_notifications(work.connection, work.reach, [notification_id])
    status, reason = fate(sent[notification_id])
    if status is NotificationStatus.NO_DEVICE and trouble is not None:
        status = NotificationStatus.FAILED
    ended = status in {NotificationStatus.NO_DEVICE, NotificationStatus.FAILED}
    if message is not None and ended:
        why = None if status is NotificationStatus.NO_DEVICE else trouble or reason
        await store.mark(work.connection, work.reach, message.id, status, reason=why)
    return Notified(notification_id)


@action(Permission.RUN_JOBS)
async def record_receipts(
    work: Work, notification_id: str, receipts: Mapping[str, Rejected | None]
) -> Notified:
    """Keep what became of a message on the phones of these tokens: it arrived, or it failed."""
    message = await store.held(work.connection, work.reach, notification_id)
    if message is None:
        return Notified(notification_id)
    for token, rejected in receipts.items():
        outcome = PushOutcome.REJECTED if rejected else PushOutcome.DELIVERED
        reason = rejected.reason if rejected else None
        await pushes.settle(work.connection, work.reach, notification_id, token, outcome, reason)
        if rejected is not None:
            await _forget(work, token, rejected)
    sent = await pushes.of_notifications(work.connection, work.reach, [notification_id])
    status, why = fate(sent[notification_id])
    if status is not message.status:
        at = work.now if status is NotificationStatus.DELIVERED else None
        await store.mark(
            work.connection, work.reach, message.id, status, delivered_at=at, reason=why
        )
    return Notified(notification_id)


async def _forget(work: Work, token: str, rejected: Rejected) -> None:
    if rejected.unregistered:
        await devices.forget(work.connection, work.reach, token)
