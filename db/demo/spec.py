"""What the three fleets are described with."""

from dataclasses import dataclass
from decimal import Decimal

from domain.loyalty import GoalMetric
from domain.plan import BillingFrequency
from domain.subaccount import IdentityMode, PaymentMode


@dataclass(frozen=True, slots=True)
class PlaceSpec:
    """A parking zone around a point."""

    name: str
    latitude: float
    longitude: float
    preferred: bool = False
    reward: int = 0
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class CitySpec:
    """A region of a fleet, and how addresses in it look."""

    name: str
    code: str
    state: str
    postcodes: tuple[str, ...]
    places: tuple[PlaceSpec, ...]


@dataclass(frozen=True, slots=True)
class PhoneRange:
    """Numbers that are nobody's: each prefix, followed by lines from `first` on."""

    prefixes: tuple[str, ...]
    first: int
    lines: int
    digits: int


@dataclass(frozen=True, slots=True)
class PeopleSpec:
    """Customers of one language: names are `written:as in an address`, or just written."""

    locale: str
    share: float
    given: tuple[str, ...]
    family: tuple[str, ...]
    domains: tuple[str, ...]
    family_first: bool = False


@dataclass(frozen=True, slots=True)
class Prices:
    """What a ride costs in minor units, from some day of the fleet on."""

    unlock_fee: int
    per_minute_rate: int


@dataclass(frozen=True, slots=True)
class PlanSpec:
    name: str
    price: int
    frequency: BillingFrequency
    rides: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class PackageSpec:
    name: str
    price: int
    rides: int | None = None
    minutes: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class PromoSpec:
    """A code; `since` and `until` are days before today."""

    code: str
    percent_off: Decimal | None = None
    amount_off: int | None = None
    free_minutes: int | None = None
    limit: int | None = None
    since: int = 390
    until: int | None = None


@dataclass(frozen=True, slots=True)
class TierSpec:
    name: str
    description: str
    color: str
    min_rides: int
    unlock: Decimal = Decimal(0)
    minute: Decimal = Decimal(0)
    free_unlocks: int = 0
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class GoalSpec:
    """An achievement; with `since` and `until`, days before today, a challenge."""

    name: str
    description: str
    metric: GoalMetric
    target: int
    points: int = 0
    credit: int | None = None
    free_unlocks: int = 0
    featured: bool = False
    since: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class LoyaltySpec:
    """A program that is switched on."""

    tiers: tuple[TierSpec, ...]
    achievements: tuple[GoalSpec, ...]
    challenges: tuple[GoalSpec, ...]
    streak_points: int
    streak_cap: int | None = None
    daily_cap: int | None = None
    expiration_days: int | None = None
    max_redemption: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What operators of a fleet write, in its own language."""

    credit: tuple[str, ...]
    bonus: tuple[str, ...]
    fees: tuple[tuple[str, int], ...]
    debit: tuple[str, ...]
    reversal: tuple[str, ...]
    refund: tuple[str, ...]
    void: tuple[str, ...]
    adjustment: tuple[str, ...]
    notes: tuple[str, ...]
    block: tuple[str, ...]
    identity: tuple[str, ...]
    document: str
    announcements: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class FleetSpec:
    """A fleet: everything about it that is invented."""

    name: str
    weight: int
    """Of every ten customers, how many are its own."""
    country: str
    currency: str
    timezone: str
    locale: str
    share_url: str
    payment_mode: PaymentMode
    identity_mode: IdentityMode
    minimum_age: int
    prepaid_countries: tuple[str, ...]
    auto_top_up: tuple[int, int] | None
    top_ups: tuple[int, ...]
    gifts: tuple[int, ...]
    prices: Prices
    former_prices: Prices
    models: tuple[str, ...]
    carriers: tuple[str, ...]
    card_brands: tuple[str, ...]
    elsewhere: tuple[str, str]
    """A country and a city that a visitor or a tunnel may come from."""
    referral: tuple[tuple[str, int, int], ...]
    referee_reward: int
    phones: tuple[PhoneRange, ...]
    cities: tuple[CitySpec, ...]
    people: tuple[PeopleSpec, ...]
    plans: tuple[PlanSpec, ...]
    packages: tuple[PackageSpec, ...]
    promos: tuple[PromoSpec, ...]
    words: Words
    loyalty: LoyaltySpec | None = None


def names(words: str) -> tuple[str, ...]:
    """A long list, written without its quotes and commas."""
    return tuple(words.split())
