"""Plans, and the subscriptions that customers take to them."""

from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.ids import CustomerId, SubaccountId
from domain.money import Money
from domain.page import Place


class BillingFrequency(Choice):
    """How often a plan is paid."""

    DAILY = "DAILY", "Every day."
    WEEKLY = "WEEKLY", "Every week."
    MONTHLY = "MONTHLY", "Every month."
    QUARTERLY = "QUARTERLY", "Every three months."
    YEARLY = "YEARLY", "Every year."


class RideSubscriptionStatus(Choice):
    """Whether a plan runs; CANCELLED and EXPIRED are final (SUB-1)."""

    ACTIVE = "ACTIVE", "It is paid and runs, if only to the end of the period."
    CANCELLED = "CANCELLED", "It was ended before its time."
    EXPIRED = "EXPIRED", "It ran out, or stayed unpaid."
    PENDING = "PENDING", "It waits for its payment."


@dataclass(frozen=True, slots=True)
class Plan:
    """A recurring plan that a fleet sells."""

    id: str
    subaccount_id: SubaccountId
    name: str
    price: Money
    billing_frequency: BillingFrequency
    included_rides: int | None
    included_minutes: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class RideSubscription:
    """A customer's purchase of a plan, with what it cost and included when it was taken."""

    id: str
    customer_id: CustomerId
    plan: Plan
    package_name: str
    status: RideSubscriptionStatus
    start_date: datetime
    end_date: datetime | None
    billing_frequency: BillingFrequency
    amount: Money
    rides_included: int | None
    minutes_included: int | None
    rides_used: int
    minutes_used: int
    cancel_at_period_end: bool
    stripe_subscription_id: str | None

    @property
    def place(self) -> Place:
        return Place(self.start_date, self.id)
