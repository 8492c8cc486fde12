"""Where a customer signed up (LOC-1, LOC-2)."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CustomerId


@dataclass(frozen=True, slots=True)
class IpLocation:
    """Where the address of the signup is, as far as the address tells."""

    address: str
    city: str | None
    region: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class GpsLocation:
    """The fix that the rider's phone sent along."""

    latitude: float
    longitude: float
    accuracy_meters: float | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point on the earth, in degrees of WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SignupLocation:
    """The address and the fix that a customer signed up from."""

    customer_id: CustomerId
    ip: IpLocation | None
    gps: GpsLocation | None
    recorded_at: datetime

    @property
    def country(self) -> str | None:
        """Where the signup was: by the fix, else by the address (PHN-2)."""
        places = (self.gps, self.ip)
        return next((place.country for place in places if place and place.country), None)

    @property
    def mismatch(self) -> bool | None:
        """Whether the two countries differ; null while either is unknown (LOC-2)."""
        by_ip = self.ip and self.ip.country
        by_gps = self.gps and self.gps.country
        return None if by_ip is None or by_gps is None else by_ip != by_gps


def coordinates(latitude: float | None, longitude: float | None) -> Coordinates | None:
    """A point, where both of its degrees are known."""
    if latitude is None or longitude is None:
        return None
    return Coordinates(latitude, longitude)
