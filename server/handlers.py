"""What is done of each kind of job."""

from collections.abc import Mapping
from datetime import timedelta

from actions import delivery
from db import device as devices
from db import notification as notifications
from db import push as pushes
from domain.device import Device
from domain.job import JobKind
from domain.notification import Notification, NotificationStatus
from domain.ports import PushService, Unavailable
from domain.push import Push
from server.worker import Errand, Handler

BETWEEN_RECEIPTS = timedelta(minutes=15)


def handlers(service: PushService) -> Mapping[JobKind, Handler]:
    """Every kind of job that this program knows, and how it is done."""
    return {
        JobKind.DELIVER_NOTIFICATION: lambda errand: deliver(errand, service),
        JobKind.CHECK_RECEIPT: lambda errand: check_receipts(errand, service),
    }


async def deliver(errand: Errand, service: PushService) -> None:
    """Send a message to each of the customer's phones whose push service has not answered yet.

    An answer is kept before anything else is done. Between the service's yes and our commit there
    is no way to know of it: whoever is killed there sends again (NOT-2).
    """
    message, phones = await _to_send(errand)
    if message is None:
        return
    trouble = None
    for phone in phones:
        push = Push(message.id, phone.token, message.title, message.message)
        try:
            answer = await service.send(push)
        except Unavailable as error:
            trouble = error
        else:
            await errand.perform(delivery.record_push, None, message.id, phone.token, answer)
    if trouble is None or errand.last:
        reason = None if trouble is None else trouble.reason
        await errand.perform(delivery.end_sending, None, message.id, reason)
    if trouble is not None:
        raise trouble


async def _to_send(errand: Errand) -> tuple[Notification | None, list[Device]]:
    """The message, and the phones to which it still has to be sent."""
    id = errand.job.subject_id
    async with errand.snapshot() as snapshot:
        found = await notifications.by_id(snapshot, errand.reach, [id])
        message = found.get(id)
        if message is None or message.status is NotificationStatus.DELIVERED:
            return None, []
        phones = await devices.of_customers(snapshot, errand.reach, [message.customer_id])
        sent = await pushes.of_notifications(snapshot, errand.reach, [id])
    answered = {push.token for push in sent[id]}
    return message, [p for p in phones[message.customer_id] if p.token not in answered]


async def check_receipts(errand: Errand, service: PushService) -> None:
    """Ask whether an accepted message arrived, again and again for some hours.

    A message without a receipt stays as it is: the service took it, and nobody knows more.
    """
    id = errand.job.subject_id
    async with errand.snapshot() as snapshot:
        sent = (await pushes.of_notifications(snapshot, errand.reach, [id]))[id]
    tokens = {push.open_ticket: push.token for push in sent if push.open_ticket is not None}
    if not tokens:
        return
    told = await service.receipts([*tokens])
    if told:
        receipts = {tokens[ticket]: rejected for ticket, rejected in told.items()}
        await errand.perform(delivery.record_receipts, None, id, receipts)
    if len(told) < len(tokens) and not errand.last:
        reason = "NoReceipt"
        raise Unavailable(reason, BETWEEN_RECEIPTS)
