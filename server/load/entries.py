"""What may stand in a file of fleets, and in which form.

All that YAML leaves unquoted arrives as text, so that amounts, codes and IMEIs are exact.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self, TypeAlias
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from domain.access import Role
from domain.country import countries
from domain.money import known_locale
from domain.plan import BillingFrequency
from domain.subaccount import IdentityMode, PaymentMode
from domain.text import UNKEEPABLE

COUNT_MAX = 2**31 - 1
CORNERS_MAX = 1_000
CORNERS_MIN = 3
AREA_MIN = 1e-10
"""A square metre, near enough, in square degrees."""


def _currency(code: str) -> str:
    if code not in list_currencies():
        message = f"{code} is no currency of ISO 4217"
        raise ValueError(message)
    return code


def _timezone(name: str) -> str:
    if name not in _timezones():
        message = f"{name} is no timezone of the IANA database, as Europe/Berlin is"
        raise ValueError(message)
    return name


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())  # it reads a folder each time


def _locale(tag: str) -> str:
    if not known_locale(tag):
        message = f"{tag} is no locale that is known, as de-DE is"
        raise ValueError(message)
    return tag


def _country(code: str) -> str:
    if code not in countries():
        message = f"{code} is no country of ISO 3166, as US is"
        raise ValueError(message)
    return code


def _keepable(text: str) -> str:
    if UNKEEPABLE.search(text):
        message = "holds a character that no database keeps"
        raise ValueError(message)
    return text


def _ring(corners: Sequence[tuple[float, float]]) -> list[list[float]]:
    """A GeoJSON ring: closed here, where the file left its last corner out."""
    ring = [[longitude, latitude] for longitude, latitude in corners]
    closed = ring if ring[0] == ring[-1] else [*ring, ring[0]]
    if len({tuple(corner) for corner in closed}) < CORNERS_MIN or abs(_area(closed)) < AREA_MIN:
        message = "encloses no area"
        raise ValueError(message)
    return closed


def _area(ring: Sequence[Sequence[float]]) -> float:
    """Twice the signed area, in square degrees."""
    return sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise(ring))


Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Words: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_keepable)
]
Amount: TypeAlias = Annotated[str, StringConstraints(max_length=40)]
Currency: TypeAlias = Annotated[str, AfterValidator(_currency)]
Timezone: TypeAlias = Annotated[str, AfterValidator(_timezone)]
LocaleTag: TypeAlias = Annotated[str, AfterValidator(_locale)]
Country: TypeAlias = Annotated[str, AfterValidator(_country)]
Count: TypeAlias = Annotated[int, Field(gt=0, le=COUNT_MAX)]
Longitude: TypeAlias = Annotated[float, Field(ge=-180, le=180)]
Latitude: TypeAlias = Annotated[float, Field(ge=-90, le=90)]
Corners: TypeAlias = Annotated[
    list[tuple[Longitude, Latitude]],
    Field(min_length=CORNERS_MIN, max_length=CORNERS_MAX),
    AfterValidator(_ring),
]


ABSENT: Any = None
"""The default of a member that may be left out, and then changes nothing. It is never read."""


class Entry(BaseModel):
    """A mapping of the file, with `said` to tell what it leaves out from what it clears."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def said(self, *names: str) -> dict[str, object]:
        """The members of these names that the file gives."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}


class AutoTopUp(Entry):
    trigger_below: Amount
    amount: Amount


class Policy(Entry):
    unlock_fee: Amount
    per_minute_rate: Amount
    payment_mode: PaymentMode = ABSENT
    minimum_wallet_balance: Amount = ABSENT
    vehicle_online_window_minutes: Count = ABSENT
    operation_limit: Amount = ABSENT
    minimum_age: Annotated[int, Field(ge=0, le=120)] = ABSENT
    prepaid_risk_countries: list[Country] = ABSENT
    identity_mode: IdentityMode = ABSENT
    identity_risk_threshold: Annotated[int, Field(ge=0, le=100)] = ABSENT
    auto_top_up: AutoTopUp | None = ABSENT


class Region(Entry):
    key: Key
    name: Words


class Location(Entry):
    longitude: Longitude
    latitude: Latitude


class Vehicle(Entry):
    """The last three are where a new vehicle begins; afterwards the vehicle itself tells."""

    code: Words
    imei: Annotated[str, StringConstraints(pattern=r"^[0-9]{15}$")]
    model: Words
    status: Literal["AVAILABLE", "MAINTENANCE", "OFFLINE"] = "AVAILABLE"
    battery_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    location: Location | None = None


class Zone(Entry):
    key: Key
    name: Words
    boundary: Corners
    preferred_parking: bool = ABSENT
    reward_points: Annotated[int, Field(ge=0, le=COUNT_MAX)] = ABSENT
    rebalancing_multiplier: Annotated[Decimal, Field(ge=0, max_digits=6, decimal_places=3)] = ABSENT


class Plan(Entry):
    key: Key
    name: Words
    price: Amount
    billing_frequency: BillingFrequency
    included_rides: Count | None = ABSENT
    included_minutes: Count | None = ABSENT
    active: bool = ABSENT


class Package(Entry):
    key: Key
    name: Words
    price: Amount
    rides: Count | None = None
    minutes: Count | None = None
    valid_days: Count | None = ABSENT
    active: bool = ABSENT

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.rides is None and self.minutes is None:
            message = "needs rides or minutes"
            raise ValueError(message)
        return self


class Fleet(Entry):
    key: Key
    name: Words
    currency: Currency
    timezone: Timezone
    locale: LocaleTag
    share_url: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=200)]
    policy: Policy
    regions: list[Region] = []
    vehicles: list[Vehicle] = []
    zones: list[Zone] = []
    plans: list[Plan] = []
    packages: list[Package] = []


class Operator(Entry):
    issuer: Words
    subject: Words
    name: Words
    email: Annotated[str, StringConstraints(pattern=r"^\S+@\S+$", max_length=254)]
    role: Role
    locale: LocaleTag | None = ABSENT
    fleets: list[Key] = ABSENT


class Contents(Entry):
    """The whole file."""

    fleets: list[Fleet] = []
    operators: list[Operator] = []
