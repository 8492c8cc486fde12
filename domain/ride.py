"""Rides: from unlock to the fare and what paid for it."""

from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.fare import FareBreakdown, FareTerms, fare
from domain.ids import CustomerId, SubaccountId
from domain.location import Coordinates
from domain.money import Money
from domain.page import Place


class RideStatus(Choice):
    """How far a ride has come."""

    ACTIVE = "ACTIVE", "It goes on."
    COMPLETED = "COMPLETED", "It ended, and was charged."
    CANCELLED = "CANCELLED", "The vehicle never unlocked; nothing was charged."
    VOIDED = "VOIDED", "Undone after its end: refunded whole, counts for nothing."


@dataclass(frozen=True, slots=True)
class Ride:
    """One use of a vehicle by a customer."""

    id: str
    subaccount_id: SubaccountId
    customer_id: CustomerId
    vehicle_id: str
    status: RideStatus
    started_at: datetime
    ended_at: datetime | None
    distance_meters: int | None
    start_location: Coordinates | None
    end_location: Coordinates | None
    end_zone_id: str | None
    started_by_id: str
    ended_by_id: str | None
    points_earned: int
    refunded: Money | None
    terms: FareTerms
    fare: FareBreakdown | None

    @property
    def place(self) -> Place:
        return Place(self.started_at, self.id)

    @property
    def charged(self) -> Money | None:
        """Total after every discount; null while the ride is active."""
        return None if self.fare is None else self.fare.total

    def duration_seconds(self, now: datetime) -> int:
        """Whole seconds, up to now while the ride is active (RID-9)."""
        return max(0, int(((self.ended_at or now) - self.started_at).total_seconds()))

    def cost_so_far(self, now: datetime) -> Money | None:
        """What it would cost if it ended now; null once it has (RID-9)."""
        if self.status is not RideStatus.ACTIVE:
            return None
        return Money(fare(self.terms, now - self.started_at).total, self.terms.currency)
