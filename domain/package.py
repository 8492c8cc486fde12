"""One-time bundles of rides or minutes, and their purchases (PKG-1)."""

from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.ids import CustomerId, SubaccountId
from domain.money import Money
from domain.page import Place


class PackageStatus(Choice):
    """Right at the moment of reading; no job has to run (PKG-1)."""

    ACTIVE = "ACTIVE", "Something is left, and in time."
    EXHAUSTED = "EXHAUSTED", "Everything was used."
    EXPIRED = "EXPIRED", "Its time was over before everything was used."


@dataclass(frozen=True, slots=True)
class RidePackage:
    """A one-time bundle of rides or minutes that a fleet sells."""

    id: str
    subaccount_id: SubaccountId
    name: str
    price: Money
    rides: int | None
    minutes: int | None
    valid_days: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class PackagePurchase:
    """A customer's purchase of a package, and what is left of it."""

    id: str
    customer_id: CustomerId
    package: RidePackage
    package_name: str
    purchased_at: datetime
    amount_paid: Money
    rides_included: int | None
    minutes_included: int | None
    rides_used: int
    minutes_used: int
    expires_at: datetime | None

    @property
    def place(self) -> Place:
        return Place(self.purchased_at, self.id)

    @property
    def rides_remaining(self) -> int | None:
        return None if self.rides_included is None else self.rides_included - self.rides_used

    @property
    def minutes_remaining(self) -> int | None:
        if self.minutes_included is None:
            return None
        return self.minutes_included - self.minutes_used

    def status(self, now: datetime) -> PackageStatus:
        """EXHAUSTED once nothing is left; EXPIRED where something was left too long (PKG-1)."""
        if not self.rides_remaining and not self.minutes_remaining:
            return PackageStatus.EXHAUSTED
        if self.expires_at is not None and self.expires_at <= now:
            return PackageStatus.EXPIRED
        return PackageStatus.ACTIVE
