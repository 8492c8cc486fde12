"""The fleet: its currency, its clock, and the rules that its rides follow."""

from dataclasses import dataclass

from domain.choice import Choice
from domain.ids import SubaccountId
from domain.money import Minor, Money


class PaymentMode(Choice):
    """What a rider needs before a ride (RID-2)."""

    WALLET = "WALLET", "Rides draw on the wallet, and need its minimum balance."
    POST_PAID = "POST_PAID", "A valid saved card is enough."


class IdentityMode(Choice):
    """Whom a fleet asks to prove who they are (IDV-1)."""

    DISABLED = "DISABLED", "Nobody."
    ALL_USERS = "ALL_USERS", "Everybody, from signup on."
    RISK_BASED = "RISK_BASED", "Those whose card or phone number looks like fraud."


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a fleet's area, for lists and filters."""

    id: str
    subaccount_id: SubaccountId
    name: str


@dataclass(frozen=True, slots=True)
class AutoTopUpPolicy:
    """When a saved card is charged by itself, and how much."""

    trigger_below: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class RidePolicy:
    """Rules of a fleet that decide who may ride, and what a ride costs."""

    payment_mode: PaymentMode
    minimum_wallet_balance: Money
    unlock_fee: Money
    per_minute_rate: Money
    vehicle_online_window_minutes: int
    operation_limit: Money
    minimum_age: int
    prepaid_risk_countries: tuple[str, ...]
    identity_mode: IdentityMode
    identity_risk_threshold: int
    auto_top_up: AutoTopUpPolicy | None


@dataclass(frozen=True, slots=True)
class Subaccount:
    """One fleet: a location or brand with its own customers, currency, prices and rules."""

    id: SubaccountId
    name: str
    currency: str
    timezone: str
    default_locale: str
    policy: RidePolicy


MINIMUM_BALANCES = {"KWD": Minor(150)}
OPERATION_LIMITS = {"KWD": Minor(3_000_000)}
"""In minor units, where they are not those of the dollar (GEN-4)."""


def default_policy(currency: str, *, unlock_fee: Minor, per_minute_rate: Minor) -> RidePolicy:
    """What a new fleet follows until it says otherwise (GEN-4, IDV-1, IDV-4, RID-1, RID-2)."""
    return RidePolicy(
        payment_mode=PaymentMode.WALLET,
        minimum_wallet_balance=Money(MINIMUM_BALANCES.get(currency, Minor(50)), currency),
        unlock_fee=Money(unlock_fee, currency),
        per_minute_rate=Money(per_minute_rate, currency),
        vehicle_online_window_minutes=60,
        operation_limit=Money(OPERATION_LIMITS.get(currency, Minor(1_000_000)), currency),
        minimum_age=18,
        prepaid_risk_countries=(),
        identity_mode=IdentityMode.DISABLED,
        identity_risk_threshold=15,
        auto_top_up=None,
    )
