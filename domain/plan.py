"""Plans, and the subscriptions that customers take to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import CustomerId, SubaccountId
from domain.money import Money
from domain.page import Place


class BillingFrequency(StrEnum):
    """How often a plan is paid."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"


class RideSubscriptionStatus(StrEnum):
    """PENDING: not paid yet. CANCELLED and EXPIRED are final (SUB-1)."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    PENDING = "PENDING"


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
