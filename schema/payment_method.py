from datetime import datetime

from domain import payment_method
from domain.access import Permission
from domain.payment_method import (
    PaymentMethodStatus,
    PaymentMethodType,
    PaymentMethodVerification,
)
from resolvers import customer as resolve
from schema.field import plain, resolved, shows
from schema.node import Node


@shows(payment_method.PaymentMethod)
class PaymentMethod(Node):
    type: PaymentMethodType = plain("What it is.")
    brand: str | None = plain("Such as visa or mastercard.")
    last4: str | None = plain("The last four digits.")
    exp_month: int | None = plain("1 to 12.")
    exp_year: int | None = plain("Four digits.")
    status: PaymentMethodStatus = resolved(resolve.payment_method_status)
    is_default: bool = plain("Whether rides and top-ups charge this one.")
    verification: PaymentMethodVerification = plain("Whether the bank confirmed it.")
    stripe_payment_method_id: str | None = plain("Stripe's id, pm_…", Permission.VIEW_STRIPE_IDS)
    added_at: datetime = plain("When it was saved.")
