"""Saved cards, as mirrored from Stripe (PAY-1)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.calendar import local_date
from domain.ids import CustomerId, SubaccountId


class PaymentMethodType(StrEnum):
    """What kind of means of payment it is."""

    CARD = "CARD"
    APPLE_PAY = "APPLE_PAY"
    GOOGLE_PAY = "GOOGLE_PAY"
    SEPA_DEBIT = "SEPA_DEBIT"
    OTHER = "OTHER"


class PaymentMethodStatus(StrEnum):
    """Whether it can still be charged."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"


class PaymentMethodVerification(StrEnum):
    """Whether the bank confirmed it."""

    VERIFIED = "VERIFIED"
    UNVERIFIED = "UNVERIFIED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A saved means of payment; the number itself is kept by Stripe and never here."""

    id: str
    subaccount_id: SubaccountId
    customer_id: CustomerId
    type: PaymentMethodType
    brand: str | None
    last4: str | None
    exp_month: int | None
    exp_year: int | None
    is_default: bool
    verification: PaymentMethodVerification
    stripe_payment_method_id: str | None
    added_at: datetime
    timezone: str

    def status(self, now: datetime) -> PaymentMethodStatus:
        """EXPIRED from the first day after the expiry month, in the fleet's timezone (PAY-1)."""
        if self.exp_year is None or self.exp_month is None:
            return PaymentMethodStatus.ACTIVE
        years, month = divmod(self.exp_month, 12)
        expired_from = date(self.exp_year + years, month + 1, 1)
        past = local_date(now, self.timezone) >= expired_from
        return PaymentMethodStatus.EXPIRED if past else PaymentMethodStatus.ACTIVE
