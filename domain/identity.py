"""Who a customer is, as far as a document has shown."""

from dataclasses import dataclass, replace
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


def nothing_known(customer_id: CustomerId) -> IdentityVerification:
    """Of a customer of whom nothing is asked, and who has shown nothing."""
    return IdentityVerification(
        customer_id,
        IdentityStatus.NOT_REQUIRED,
        required=False,
        required_reason=None,
        failure_reason=None,
        verified_at=None,
        name_mismatch=None,
        verified_name=None,
        date_of_birth=None,
        address=None,
        id_type=None,
        method=None,
        notes=None,
        risk_score=None,
    )


def required(known: IdentityVerification, reason: str) -> IdentityVerification:
    """What it becomes once it is asked for: PENDING, even where it was VERIFIED (IDV-1).

    Where it is under way already, only the reason is another.
    """
    if known.required and known.status is IdentityStatus.PENDING:
        return replace(known, required_reason=reason)
    return replace(
        _unproven(known), status=IdentityStatus.PENDING, required=True, required_reason=reason
    )


def cleared(known: IdentityVerification) -> IdentityVerification:
    """What it becomes once it is no longer asked for: NOT_REQUIRED, until a new trigger (IDV-3).

    Where nothing is required there is nothing to clear: a VERIFIED customer of whom nobody asked
    it stays VERIFIED.
    """
    if not known.required:
        return known
    return replace(
        _unproven(known), status=IdentityStatus.NOT_REQUIRED, required=False, required_reason=None
    )


def confirmed(
    known: IdentityVerification, notes: str, id_type: IdentityDocumentType | None, at: datetime
) -> IdentityVerification:
    """What it becomes once an operator has made sure: VERIFIED, by MANUAL (IDV-3).

    Whether it is required stays as it is. Told the same again, it is still what it was.
    """
    shown = replace(
        _unproven(known),
        status=IdentityStatus.VERIFIED,
        verified_at=at,
        id_type=id_type,
        method=IdentityMethod.MANUAL,
        notes=notes,
    )
    return known if replace(shown, verified_at=known.verified_at) == known else shown


def _unproven(known: IdentityVerification) -> IdentityVerification:
    """Without what a check found: that belongs to the status it led to, then to the trail alone.

    The Radar score comes from no check, and stays.
    """
    return replace(
        known,
        failure_reason=None,
        verified_at=None,
        name_mismatch=None,
        verified_name=None,
        date_of_birth=None,
        address=None,
        id_type=None,
        method=None,
        notes=None,
    )
