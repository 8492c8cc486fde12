"""What a ride costs, line by line (RID-6)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from domain.money import Minor, Money

MINUTE = timedelta(minutes=1)
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class FareTerms:
    """Prices and benefits as they stood when the ride started (RID-3)."""

    currency: str
    unlock_fee: Minor
    per_minute_rate: Minor
    unlock_discount_percent: Decimal = Decimal(0)
    minute_discount_percent: Decimal = Decimal(0)
    free_unlock: bool = False
    included_ride: bool = False
    included_minutes: int = 0
    promo_percent_off: Decimal | None = None
    promo_amount_off: Minor | None = None
    promo_free_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Fare:
    """How a charge came about: unlock + time - the three discounts = total. None is negative."""

    minutes: int
    unlock: Minor
    time: Minor
    covered_by_plan: Minor
    tier_discount: Minor
    promo_discount: Minor

    @property
    def total(self) -> Minor:
        off = self.covered_by_plan + self.tier_discount + self.promo_discount
        return Minor(self.unlock + self.time - off)


@dataclass(frozen=True, slots=True)
class FareBreakdown:
    """How the charge came about, and what paid for it. No line is negative."""

    ride_id: str
    minutes: int
    unlock: Money
    time: Money
    tier_discount: Money
    promo_discount: Money
    covered_by_plan: Money
    total: Money
    paid_from_bonus: Money
    paid_from_balance: Money
    paid_by_card: Money
    left_as_debt: Money


def fare(terms: FareTerms, duration: timedelta) -> Fare:
    """The fare of a ride that lasts so long: a plan covers first, then the tier, then a promo."""
    minutes = max(1, -(-duration // MINUTE))
    unlock, time = terms.unlock_fee, Minor(minutes * terms.per_minute_rate)
    if terms.included_ride:
        return Fare(minutes, unlock, time, Minor(unlock + time), Minor(0), Minor(0))
    charged_minutes = max(0, minutes - terms.included_minutes)
    open_time = charged_minutes * terms.per_minute_rate
    covered = Minor(time - open_time)
    unlock_off = Decimal(100) if terms.free_unlock else terms.unlock_discount_percent
    tier = _rounded(unlock * unlock_off / 100 + open_time * terms.minute_discount_percent / 100)
    rest = unlock + open_time - tier
    promo = min(rest, _promo(terms, charged_minutes, rest))
    return Fare(minutes, unlock, time, covered, tier, Minor(promo))


def _promo(terms: FareTerms, charged_minutes: int, rest: int) -> Minor:
    if terms.promo_percent_off is not None:
        return _rounded(rest * terms.promo_percent_off / 100)
    if terms.promo_amount_off is not None:
        return terms.promo_amount_off
    # Free minutes are worth what they would have cost, and never touch the unlock.
    free = min(terms.promo_free_minutes or 0, charged_minutes) * terms.per_minute_rate
    return _rounded(free * (100 - terms.minute_discount_percent) / 100)


def _rounded(amount: Decimal) -> Minor:
    return Minor(int(amount.quantize(WHOLE, ROUND_HALF_EVEN)))
