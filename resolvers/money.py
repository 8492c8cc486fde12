"""Amounts for people."""

from collections.abc import Awaitable

from strawberry import Parent

from domain.access import Rider
from domain.money import Money
from resolvers import locale as locales
from resolvers.context import Context, Info
from resolvers.scalars import Locale


def formatted(
    money: Parent[Money], info: Info, locale: Locale | None = None
) -> str | Awaitable[str]:
    """For people: $1,234.56 in en-US, 1.234,56 $ in de-DE. Defaults to the caller's locale."""
    context = info.context
    if locale is None and not isinstance(context.caller, Rider):
        known = locales.chosen(context)
        return _later(money, context) if known is None else money.formatted(known)
    return _later(money, context) if locale is None else money.formatted(locale)


async def _later(money: Money, context: Context) -> str:
    return money.formatted(await locales.of_caller(context))
