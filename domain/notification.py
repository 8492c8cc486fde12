"""Messages to a customer's phone (NOT-1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import CustomerId
from domain.page import Place


class NotificationType(StrEnum):
    """What a message is about."""

    RIDE = "RIDE"
    ZONE = "ZONE"
    PAYMENT = "PAYMENT"
    WALLET = "WALLET"
    IDENTITY = "IDENTITY"
    PROMOTION = "PROMOTION"
    ACCOUNT = "ACCOUNT"
    SYSTEM = "SYSTEM"


class NotificationStatus(StrEnum):
    """How far a message has come."""

    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    NO_DEVICE = "NO_DEVICE"


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to a customer, and what became of it."""

    id: str
    customer_id: CustomerId
    type: NotificationType
    title: str
    message: str
    status: NotificationStatus
    actor_id: str
    created_at: datetime
    delivered_at: datetime | None
    failure_reason: str | None

    @property
    def place(self) -> Place:
        return Place(self.created_at, self.id)
