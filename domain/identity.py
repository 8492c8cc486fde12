"""Who a customer is, as far as a document has shown."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.choice import Choice
from domain.ids import CustomerId


class IdentityStatus(Choice):
    """How far proving who they are has come (IDV-1)."""

    NOT_REQUIRED = "NOT_REQUIRED", "Nothing has to be proved."
    PENDING = "PENDING", "It is asked for, and not done."
    VERIFIED = "VERIFIED", "They are who they say they are."
    FAILED = "FAILED", "It was tried, and did not succeed."


class IdentityDocumentType(Choice):
    """What the customer showed."""

    DRIVING_LICENSE = "DRIVING_LICENSE", "A driving licence."
    PASSPORT = "PASSPORT", "A passport."
    ID_CARD = "ID_CARD", "A national identity card."


class IdentityMethod(Choice):
    """Who looked at the document."""

    STRIPE_IDENTITY = "STRIPE_IDENTITY", "Stripe Identity."
    MANUAL = "MANUAL", "An operator, whose notes say how."


@dataclass(frozen=True, slots=True)
class IdentityVerification:
    """Whether a customer has to prove who they are, and what came of it."""

    customer_id: CustomerId
    status: IdentityStatus
    required: bool
    required_reason: str | None
    failure_reason: str | None
    verified_at: datetime | None
    name_mismatch: bool | None
    verified_name: str | None
    date_of_birth: date | None
    address: str | None
    id_type: IdentityDocumentType | None
    method: IdentityMethod | None
    notes: str | None
    risk_score: int | None
