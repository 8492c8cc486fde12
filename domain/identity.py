"""Who a customer is, as far as a document has shown."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.ids import CustomerId


class IdentityStatus(StrEnum):
    """Required and not verified is PENDING (IDV-1)."""

    NOT_REQUIRED = "NOT_REQUIRED"
    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    FAILED = "FAILED"


class IdentityDocumentType(StrEnum):
    """What the customer showed."""

    DRIVING_LICENSE = "DRIVING_LICENSE"
    PASSPORT = "PASSPORT"
    ID_CARD = "ID_CARD"


class IdentityMethod(StrEnum):
    """Who looked at the document."""

    STRIPE_IDENTITY = "STRIPE_IDENTITY"
    MANUAL = "MANUAL"


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
