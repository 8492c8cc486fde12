"""Money as whole minor units of a currency (WAL-2). Floats never enter."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NewType

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

Minor = NewType("Minor", int)
"""A signed count of minor units: 1250 is $12.50, and 1250 yen."""

MINOR_MAX = 2**63 - 1
"""What a bigint column holds."""

PLAIN = re.compile(r"\d{1,19}(?:\.(\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency."""

    minor: Minor
    currency: str

    @property
    def amount(self) -> Decimal:
        """In whole units, with all the decimals of the currency: 12.50, never 12.5."""
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def formatted(self, locale: str) -> str:
        """For people, by the rules of a BCP 47 locale: $1,234.56 or 1.234,56 $."""
        return format_currency(self.amount, self.currency, locale=_babel_locale(locale))


@dataclass(frozen=True, slots=True)
class Asked:
    """An amount as a caller wrote it, not yet known to be money."""

    amount: str
    currency: str

    @property
    def is_exact(self) -> bool:
        """Whether its currency has such an amount: no sign, no exponent, no decimal too many."""
        written = PLAIN.fullmatch(self.amount)
        return (
            written is not None
            and len(written[1] or "") <= digits(self.currency)
            and self.minor <= MINOR_MAX
        )

    @property
    def minor(self) -> Minor:
        """Its minor units; to be asked of an exact amount only."""
        return Minor(int(Decimal(self.amount).scaleb(digits(self.currency))))


@cache
def digits(currency: str) -> int:
    """Decimals of an ISO 4217 currency: 2 for USD, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def known_locale(tag: str) -> bool:
    """Whether amounts can be written by a BCP 47 tag."""
    try:
        _babel_locale(tag)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _babel_locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")
