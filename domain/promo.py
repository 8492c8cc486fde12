"""Promo codes, and what customers redeemed (PRO-1, PRO-2)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.choice import Choice
from domain.ids import CustomerId, SubaccountId
from domain.money import Money
from domain.page import Place


class DiscountType(Choice):
    """What a promo code takes off."""

    PERCENTAGE = "PERCENTAGE", "A part of the price, in per cent."
    FIXED_AMOUNT = "FIXED_AMOUNT", "An amount, and never more than the price."
    FREE_MINUTES = "FREE_MINUTES", "Minutes of a ride that are not charged."


@dataclass(frozen=True, slots=True)
class PromoCode:
    """A code that riders type to pay less."""

    id: str
    subaccount_id: SubaccountId
    code: str
    discount_type: DiscountType
    percent_off: Decimal | None
    amount_off: Money | None
    free_minutes: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    max_redemptions: int | None
    max_redemptions_per_customer: int | None
    redemptions: int
    active: bool

    @property
    def place(self) -> Place:
        """Their ids alone order them, by when they were made."""
        return Place(None, self.id)


@dataclass(frozen=True, slots=True)
class PromoRedemption:
    """A code that a customer redeemed: waiting, or applied to one thing."""

    id: str
    customer_id: CustomerId
    promo_code: PromoCode
    discount_value: Money | None
    redeemed_at: datetime
    applied_to_id: str | None

    @property
    def place(self) -> Place:
        return Place(self.redeemed_at, self.id)

    @property
    def subaccount_id(self) -> SubaccountId:
        return self.promo_code.subaccount_id

    @property
    def code(self) -> str:
        return self.promo_code.code

    @property
    def discount_type(self) -> DiscountType:
        return self.promo_code.discount_type

    @property
    def percent_off(self) -> Decimal | None:
        return self.promo_code.percent_off

    @property
    def free_minutes(self) -> int | None:
        return self.promo_code.free_minutes
