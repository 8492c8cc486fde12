"""Changing the rules of a fleet that decide who may ride, and what a ride costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from domain.country import countries
from domain.ids import SubaccountId
from domain.money import Asked, Minor, Money
from domain.refusal import Code, Refusal
from domain.subaccount import IdentityMode, PaymentMode, RidePolicy

Value: TypeAlias = Money | PaymentMode | IdentityMode | int | tuple[str, ...] | None
Settings: TypeAlias = Mapping[str, Value]
"""Settings of a fleet, by their names."""
Wanted: TypeAlias = Mapping[str, Value | Asked]
"""Settings as a caller asks for them: an absent one stays, None clears (GEN-1)."""

AUTO_TOP_UP = ("auto_top_up_trigger_below", "auto_top_up_amount")
"""The settings that may be empty: both or neither."""
AMOUNTS_FROM = {
    "minimum_wallet_balance": 0,
    "unlock_fee": 0,
    "per_minute_rate": 0,
    "operation_limit": 1,
    "auto_top_up_trigger_below": 0,
    "auto_top_up_amount": 1,
}
"""The least of each amount, in minor units."""
AMOUNT_MAX = Minor(10**12)
"""Of any amount: millions of them still fit into one sum."""
NUMBERS = {
    "vehicle_online_window_minutes": range(1, 366 * 24 * 60 + 1),
    "minimum_age": range(121),
    "identity_risk_threshold": range(101),
}


@dataclass(frozen=True, slots=True)
class Edited:
    """What an action on a fleet did; the name only, since the fleet is read afterwards."""

    subaccount_id: SubaccountId


def settings(policy: RidePolicy) -> Settings:
    """A policy as the settings that it is made of."""
    top_up = policy.auto_top_up
    return {
        "payment_mode": policy.payment_mode,
        "minimum_wallet_balance": policy.minimum_wallet_balance,
        "unlock_fee": policy.unlock_fee,
        "per_minute_rate": policy.per_minute_rate,
        "vehicle_online_window_minutes": policy.vehicle_online_window_minutes,
        "operation_limit": policy.operation_limit,
        "minimum_age": policy.minimum_age,
        "prepaid_risk_countries": policy.prepaid_risk_countries,
        "identity_mode": policy.identity_mode,
        "identity_risk_threshold": policy.identity_risk_threshold,
        "auto_top_up_trigger_below": None if top_up is None else top_up.trigger_below,
        "auto_top_up_amount": None if top_up is None else top_up.amount,
    }


def problems(policy: RidePolicy, wanted: Wanted) -> Iterator[Refusal]:
    """Every reason why a policy cannot become what is asked of it, each at its setting."""
    for name, value in wanted.items():
        code = _problem(name, value, policy.operation_limit.currency)
        if code is not None:
            yield Refusal(code, name)
    after = {**settings(policy), **wanted}
    empty = [name for name in AUTO_TOP_UP if after[name] is None]
    if len(empty) == 1:
        yield Refusal(Code.INVALID_INPUT, *empty)


def agreed(wanted: Wanted) -> Settings:
    """Settings without problems, with money for amounts."""
    return {
        name: Money(value.minor, value.currency) if isinstance(value, Asked) else value
        for name, value in wanted.items()
    }


def written(settings: Settings) -> Mapping[str, object]:
    """Settings as the trail keeps them: an amount with its decimals and its currency."""
    return {
        name: f"{value.amount:f} {value.currency}" if isinstance(value, Money) else value
        for name, value in settings.items()
    }


def _problem(name: str, value: Value | Asked, currency: str) -> Code | None:
    """Why a setting cannot be this, whatever the others are."""
    match value:
        case None:
            fits = name in AUTO_TOP_UP
        case Asked():
            return _amount_problem(value, AMOUNTS_FROM[name], currency)
        case PaymentMode() | IdentityMode() | Money():
            fits = True
        case int():
            fits = value in NUMBERS[name]
        case _:
            fits = len(set(value)) == len(value) and countries().issuperset(value)
    return None if fits else Code.INVALID_INPUT


def _amount_problem(asked: Asked, least: int, currency: str) -> Code | None:
    if asked.currency != currency:
        return Code.CURRENCY_MISMATCH
    fits = asked.is_exact and least <= asked.minor <= AMOUNT_MAX
    return None if fits else Code.INVALID_AMOUNT
