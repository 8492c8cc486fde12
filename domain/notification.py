"""Messages to a customer's phone (NOT-1)."""

from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.ids import CustomerId
from domain.page import Place
from domain.refusal import Refusal
from domain.text import unwritten

TITLE_CHARACTERS_MAX = 100
MESSAGE_CHARACTERS_MAX = 1000


class NotificationType(Choice):
    """What a message is about."""

    RIDE = "RIDE", "A ride of theirs."
    ZONE = "ZONE", "Where to ride and park."
    PAYMENT = "PAYMENT", "A card, and what was charged to it."
    WALLET = "WALLET", "The balance or the bonus."
    IDENTITY = "IDENTITY", "Proving who they are."
    PROMOTION = "PROMOTION", "An offer."
    ACCOUNT = "ACCOUNT", "Their account."
    SYSTEM = "SYSTEM", "The service itself."


class NotificationStatus(Choice):
    """How far a message has come."""

    QUEUED = "QUEUED", "It waits to be sent."
    SENT = "SENT", "The push service took it."
    DELIVERED = "DELIVERED", "The phone had it."
    FAILED = "FAILED", "It did not arrive."
    NO_DEVICE = "NO_DEVICE", "There was no phone to send it to."


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


@dataclass(frozen=True, slots=True)
class Notified:
    """The message that an action was about; by its id, since what became of it is read later."""

    notification_id: str


def message_problems(title: str, message: str) -> tuple[Refusal | None, ...]:
    """Why these are no title of 1 to 100 characters and no message of 1 to 1,000 (NOT-1)."""
    return (
        unwritten(title, "title", TITLE_CHARACTERS_MAX),
        unwritten(message, "message", MESSAGE_CHARACTERS_MAX),
    )
