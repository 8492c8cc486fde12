"""Scalars, and the input of an amount. They live here because the resolvers decode them."""

import decimal
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.fault import BadUserInput
from domain.money import Asked, known_locale

Decimal = NewType("Decimal", str)
CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
Locale = NewType("Locale", str)
PhoneNumber = NewType("PhoneNumber", str)
BigInt = NewType("BigInt", int)

RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
E_164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


def text(value: object) -> str:
    """A number written as JSON was a float on the way here, and is not taken for an exact one."""
    if not isinstance(value, str):
        message = "Write this as a string."
        raise BadUserInput(message)
    return value


def locale(value: object) -> str:
    tag = text(value)
    if not known_locale(tag):
        message = "This is no locale that amounts can be written by, such as de-DE."
        raise BadUserInput(message)
    return tag


def phone_number(value: object) -> str:
    number = text(value)
    if not E_164.fullmatch(number):
        message = "Write the number after E.164, for example +14155550100."
        raise BadUserInput(message)
    return number


def instant(value: object) -> datetime:
    """An RFC 3339 instant; the offset is required, and finer than microseconds is cut off."""
    written = text(value)
    if RFC_3339.fullmatch(written):
        cut = re.sub(r"(\.\d{6})\d+", r"\1", written.upper())
        try:
            return datetime.fromisoformat(cut).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    message = "Write the time after RFC 3339 with its offset, for example 2026-05-01T09:30:00Z."
    raise BadUserInput(message)


def day(value: object) -> date:
    written = text(value)
    if ISO_DATE.fullmatch(written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    message = "Write the date after ISO 8601, for example 2026-05-01."
    raise BadUserInput(message)


def utc(value: datetime) -> str:
    """As RFC 3339 writes it, in UTC; a naive time is a bug and never guessed at."""
    if value.tzinfo is None:
        message = "a time without its offset"
        raise ValueError(message)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: decimal.Decimal) -> str:
    """Without an exponent, and with the decimals that it has."""
    return f"{value:f}"


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 instant, always UTC on output.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=utc,
        parse_value=instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="ISO 8601 calendar date.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=day,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='Exact decimal number as a string, for example "12.50".',
        serialize=plain,
        parse_value=text,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="ISO 4217 code, for example USD.",
        parse_value=text,
    ),
    CountryCode: strawberry.scalar(
        name="CountryCode",
        description="ISO 3166-1 alpha-2 code, for example DE.",
        parse_value=text,
    ),
    Locale: strawberry.scalar(
        name="Locale",
        description="BCP 47 tag, for example de-DE.",
        specified_by_url="https://www.rfc-editor.org/rfc/bcp/bcp47.txt",
        parse_value=locale,
    ),
    PhoneNumber: strawberry.scalar(
        name="PhoneNumber",
        description="E.164 number, for example +14155550100.",
        specified_by_url="https://www.itu.int/rec/T-REC-E.164",
        parse_value=phone_number,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="Whole number beyond 32 bits, as a string.",
        serialize=str,
        parse_value=text,
    ),
}


@strawberry.input(description="An amount of money, as a caller writes it.")
class MoneyInput:
    amount: Decimal = strawberry.field(
        description="A plain decimal with at most the decimals of its currency; above zero, where"
        " nothing else is said."
    )
    currency: CurrencyCode = strawberry.field(description="Must equal the subaccount's currency.")

    def asked(self) -> Asked:
        return Asked(self.amount, self.currency)
