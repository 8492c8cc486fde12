"""Where a customer signed up (LOC-1, LOC-2)."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from domain.ids import CustomerId
from domain.refusal import Code, Refusal

EARTH_METERS = 40_100_000.0
"""Once around: a fix that is less exact says nothing."""


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
class Fix:
    """What a phone says about where it is, and how exactly."""

    latitude: float
    longitude: float
    accuracy_meters: float | None


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


def fix_problem(fix: Fix) -> Refusal | None:
    """Why a fix is nowhere on the earth; what is no number is nowhere either."""
    fits = (
        -90 <= fix.latitude <= 90  # noqa: PLR2004
        and -180 <= fix.longitude <= 180  # noqa: PLR2004
        and 0 <= (fix.accuracy_meters or 0) <= EARTH_METERS
    )
    return None if fits else Refusal(Code.INVALID_INPUT, "gps")


def address_of(text: str | None) -> str | None:
    """An IP address in its usual form; None for what is none. Zones mean nothing elsewhere."""
    try:
        found = ip_address((text or "").strip())
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            return None
        return str(found.ipv4_mapped or found)
    return str(found)
