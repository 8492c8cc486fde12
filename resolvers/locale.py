"""The language and the number format that a caller reads."""

from db import customer as customers
from db import subaccount as subaccounts
from domain.access import Operator, Rider
from domain.money import known_locale
from resolvers.context import Context

FALLBACK = "en-US"
"""For callers who set nothing and reach no fleet."""


def chosen(context: Context) -> str | None:
    """What the caller itself says: the operator's own setting, else the Accept-Language header."""
    caller = context.caller
    if isinstance(caller, Operator) and caller.locale is not None:
        return caller.locale
    return preferred(context.origin.accept_language or "")


async def of_caller(context: Context) -> str:
    """The operator's or rider's setting, then Accept-Language, then the fleet's."""
    caller = context.caller
    if isinstance(caller, Rider) and caller.customer_id is not None:
        rider = await context.load(customers.by_id, caller.customer_id)
        if rider is not None:
            return rider.locale
    if (own := chosen(context)) is not None:
        return own
    if not caller.reach.subaccounts:
        return FALLBACK
    fleet = await context.load(subaccounts.by_id, caller.reach.subaccounts[0])
    return FALLBACK if fleet is None else fleet.default_locale


def preferred(header: str) -> str | None:
    """The best liked locale of an Accept-Language header that amounts can be written by."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(",")[:10]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if quality > 0 and known_locale(tag):
            weighed.append((quality, tag))
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else None
