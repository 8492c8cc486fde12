"""Saved cards, as mirrored from Stripe (PAY-1)."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import local_date
from domain.choice import Choice
from domain.ids import CustomerId, SubaccountId


class PaymentMethodType(Choice):
    """What kind of means of payment it is."""

    CARD = "CARD", "A credit or debit card."
    APPLE_PAY = "APPLE_PAY", "A card in Apple Pay."
    GOOGLE_PAY = "GOOGLE_PAY", "A card in Google Pay."
    SEPA_DEBIT = "SEPA_DEBIT", "A bank account, by SEPA direct debit."
    OTHER = "OTHER", "Whatever else Stripe saves."


class PaymentMethodStatus(Choice):
    """Whether it can still be charged."""

    ACTIVE = "ACTIVE", "Its month of expiry is not over, or it has none."
    EXPIRED = "EXPIRED", "Its month of expiry is over."


class PaymentMethodVerification(Choice):
    """Whether the bank confirmed it."""

    VERIFIED = "VERIFIED", "The bank confirmed it."
    UNVERIFIED = "UNVERIFIED", "The bank was not asked yet."
    FAILED = "FAILED", "The bank did not confirm it."


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
