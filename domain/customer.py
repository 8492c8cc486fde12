"""The customer: a person with an account at one fleet."""

from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.contact import same
from domain.identity import IdentityStatus
from domain.ids import CustomerId, SubaccountId
from domain.money import Money
from domain.page import Place
from domain.subaccount import Region

MASK = "•••"


class DeviceOs(Choice):
    """The platform of the rider's phone."""

    IOS = "IOS", "An iPhone or iPad."
    ANDROID = "ANDROID", "An Android phone."
    UNKNOWN = "UNKNOWN", "The app was not started yet."


class CustomerStatus(Choice):
    """The one status that matters most (CUS-2)."""

    NEW = "NEW", "No completed ride yet."
    ACTIVE = "ACTIVE", "At least one completed ride."
    IDENTITY_REQUIRED = "IDENTITY_REQUIRED", "Rides wait until they prove who they are."
    BLOCKED = "BLOCKED", "An operator keeps them from riding and buying."
    DELETED = "DELETED", "The account is closed; its history stays."


class CustomerBadge(Choice):
    """What a customer's row is marked with."""

    NEW = "NEW", "No completed ride yet."
    ACTIVE = "ACTIVE", "At least one completed ride."
    BLOCKED = "BLOCKED", "An operator keeps them from riding and buying."
    IDENTITY_REQUIRED = "IDENTITY_REQUIRED", "Rides wait until they prove who they are."
    VERIFIED = "VERIFIED", "They proved who they are."


@dataclass(frozen=True, slots=True)
class Customer:
    """A person with an account at one fleet."""

    id: CustomerId
    subaccount_id: SubaccountId
    number: int
    name: str
    email: str | None
    phone: str | None
    device_os: DeviceOs
    locale: str
    region: Region | None
    joined_at: datetime
    last_active_at: datetime | None
    blocked_at: datetime | None
    blocked_reason: str | None
    deleted_at: datetime | None
    stripe_customer_id: str | None
    completed_rides: int
    total_spent: Money
    identity_required: bool
    identity_status: IdentityStatus

    @property
    def place(self) -> Place:
        return Place(self.joined_at, self.id)

    @property
    def customer_number(self) -> str:
        return str(self.number)

    @property
    def region_id(self) -> str | None:
        return None if self.region is None else self.region.id

    @property
    def blocked(self) -> bool:
        return self.blocked_at is not None

    @property
    def identity_missing(self) -> bool:
        """Whether the customer has to prove who they are, and has not."""
        return self.identity_required and self.identity_status is not IdentityStatus.VERIFIED

    @property
    def status(self) -> CustomerStatus:
        """The first that holds of deleted, blocked, identity required, active, new (CUS-2)."""
        if self.deleted_at is not None:
            return CustomerStatus.DELETED
        if self.blocked:
            return CustomerStatus.BLOCKED
        if self.identity_missing:
            return CustomerStatus.IDENTITY_REQUIRED
        return CustomerStatus.ACTIVE if self.completed_rides else CustomerStatus.NEW

    @property
    def badges(self) -> tuple[CustomerBadge, ...]:
        """Every badge that holds, in the order of the enum (CUS-2)."""
        holds = {
            CustomerBadge.NEW: not self.completed_rides,
            CustomerBadge.ACTIVE: self.completed_rides > 0,
            CustomerBadge.BLOCKED: self.blocked,
            CustomerBadge.IDENTITY_REQUIRED: self.identity_missing,
            CustomerBadge.VERIFIED: self.identity_status is IdentityStatus.VERIFIED,
        }
        return tuple(badge for badge in CustomerBadge if holds[badge])

    @property
    def masked_phone(self) -> str | None:
        """The last two digits only, for those who may not see the number."""
        return None if self.phone is None else MASK + self.phone[-2:]


@dataclass(frozen=True, slots=True)
class Touched:
    """What an action on a customer did; the name only, since the customer is read afterwards."""

    customer_id: CustomerId


def confirms(customer: Customer, typed: str) -> bool:
    """Whether somebody typed the email or the name of the customer whom they mean (CUS-5)."""
    return same(typed, customer.email) or same(typed, customer.name)
