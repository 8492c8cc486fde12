"""What a statement leaves open in a page's JSON, written out.

PostgreSQL writes an open place as a row, `{"f1":…}`. No text of a page can look like one, since
quotes in a text are escaped. It is an amount in minor units, a cursor, or a ride's cost so far.
"""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2s

import orjson

from domain.fare import FareTerms, fare
from domain.money import Minor, Money

OPEN, END = '{"f1":', "}"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AMOUNTS_KEPT = 65_536
SEAL_BYTES = 6


def finish(page: str, currency: str, locale: str, now: datetime) -> bytes:
    """The page as it is sent, with amounts written for a locale and costs as they are now."""
    before, *places = page.split(OPEN)
    written = [before]
    for place in places:
        value, _, after = place.partition(END)
        if value[0] != '"':
            written += (_amount(value, currency, locale), after)
            continue
        kind, *values = orjson.loads(f"[{_members(value)}]")
        if kind == "cursor":
            written += (_cursor(*values), after)
        else:
            cost = _cost(now, currency, *values)
            written += (_amount(str(cost), currency, locale), after)
    return "".join(written).encode()


@lru_cache(AMOUNTS_KEPT)
def _amount(minor: str, currency: str, locale: str) -> str:
    if minor == "null":
        return minor
    money = Money(Minor(int(minor)), currency)
    written = {
        "amount": f"{money.amount:f}",
        "currency": currency,
        "formatted": money.formatted(locale),
    }
    return orjson.dumps(written).decode()


def _members(row: str) -> str:
    """The values of a row, without the names of its columns."""
    first, *rest = row.split(',"f')
    return ",".join([first, *(member.partition(":")[2] for member in rest)])


def _cursor(name: str, owner: str, micros: int, id: str) -> str:
    key = f"@{micros}|{id}".encode()
    seal = blake2s(f"{name}|{owner}\0".encode() + key, digest_size=SEAL_BYTES).digest()
    return f'"{urlsafe_b64encode(seal + key).rstrip(b"=").decode()}"'


def _cost(now: datetime, currency: str, started: int, *terms: str | int | bool | None) -> int:
    exact = [Decimal(term) if isinstance(term, str) else term for term in terms]
    duration = now - (EPOCH + timedelta(microseconds=started))
    return fare(FareTerms(currency, *exact), duration).total  # type: ignore[arg-type]
