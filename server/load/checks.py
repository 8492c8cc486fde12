"""What only the file as a whole shows: names used twice, amounts that a currency has not."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from domain.money import Asked, digits
from server.complaint import path
from server.load.entries import Contents, Entry, Fleet

Place: TypeAlias = tuple[str | int, ...]

MONEY = ("unlock_fee", "per_minute_rate", "minimum_wallet_balance", "operation_limit")
"""The members of a policy that are amounts."""
ABOVE_ZERO = frozenset({"operation_limit", "amount"})


def problems(contents: Contents) -> Iterator[str]:
    """A line for each mistake."""
    yield from _twice(("fleets",), contents.fleets, "key")
    yield from _twice(("operators",), contents.operators, "issuer", "subject")
    for at, fleet in enumerate(contents.fleets):
        yield from _fleet(("fleets", at), fleet)
    known = {fleet.key for fleet in contents.fleets}
    for at, operator in enumerate(contents.operators):
        for nth, key in enumerate(operator.fleets or ()):
            if key not in known:
                place = path("operators", at, "fleets", nth)
                yield f"{place}: no fleet of this file has the key {key}"


def _fleet(place: Place, fleet: Fleet) -> Iterator[str]:
    yield from _twice((*place, "vehicles"), fleet.vehicles, "code")
    yield from _twice((*place, "vehicles"), fleet.vehicles, "imei")
    for name in ("regions", "zones", "plans", "packages"):
        yield from _twice((*place, name), getattr(fleet, name), "key")
    for at, amount in _amounts(place, fleet):
        asked = Asked(amount, fleet.currency)
        if not asked.is_exact:
            exact = f"{fleet.currency} with at most {digits(fleet.currency)} decimals"
            yield f"{path(*at)}: should be a plain amount of {exact}"
        elif at[-1] in ABOVE_ZERO and not asked.minor:
            yield f"{path(*at)}: should be above zero"


def _amounts(place: Place, fleet: Fleet) -> Iterator[tuple[Place, str]]:
    """Every amount that the file gives for a fleet, as it is written, and where."""
    for name, amount in fleet.policy.said(*MONEY).items():
        yield (*place, "policy", name), str(amount)
    if fleet.policy.auto_top_up is not None:
        for name, amount in fleet.policy.auto_top_up.said("trigger_below", "amount").items():
            yield (*place, "policy", "auto_top_up", name), str(amount)
    for name in ("plans", "packages"):
        for nth, sold in enumerate(getattr(fleet, name)):
            yield (*place, name, nth, "price"), sold.price


def _twice(place: Place, entries: Sequence[Entry], *names: str) -> Iterator[str]:
    """Entries that say they are what an entry before them is."""
    first: dict[tuple[object, ...], int] = {}
    for at, entry in enumerate(entries):
        name = tuple(getattr(entry, part) for part in names)
        if first.setdefault(name, at) != at:
            yield f"{path(*place, at, names[-1])}: is that of {path(*place, first[name])} too"
