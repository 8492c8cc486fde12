"""What must hold of the rows at any time: asked after loading, in tests and under stress."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import asyncpg
from babel.core import get_global

from domain.money import digits

HEADING = re.compile(r"^-- ([A-Z]+-\d+: .+)$", re.MULTILINE)
OFFENDERS_MAX = 20
CENTS = 2
MINOR_UNITS = re.compile(r"minor_units\((\S+?)\)")


@cache
def promises() -> Mapping[str, str]:
    """Each promise, by its rule and its words, with the query for the rows that break it."""
    _, *parts = HEADING.split((Path(__file__).parent / "invariants.sql").read_text())
    queries = zip(parts[::2], parts[1::2], strict=True)
    return {promise: _prepared(query) for promise, query in queries}


async def broken(
    connection: asyncpg.Connection, now: datetime, subaccount_ids: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """Every promise that the rows break, with some of those that do: of all fleets, or of these.

    The connection has to see all tables of the fleets that it judges.
    """
    found = {
        promise: await offenders(connection, promise, now, subaccount_ids) for promise in promises()
    }
    return {promise: rows for promise, rows in found.items() if rows}


async def offenders(
    connection: asyncpg.Connection,
    promise: str,
    now: datetime,
    subaccount_ids: Sequence[str] | None = None,
) -> list[str]:
    """Some of the rows that break one promise: their fleet, then what names them in it."""
    query = promises()[promise]
    arguments = [subaccount_ids, now] if "$2" in query else [subaccount_ids]
    return await connection.fetchval(query, *arguments) or []


def _prepared(query: str) -> str:
    text = query.strip().rstrip(";")
    inner = MINOR_UNITS.sub(rf"CASE \1 {_odd_currencies()} ELSE {10**CENTS} END", text)
    # A condition and a limit would be planned for as though offenders were many and found at once:
    # over a million rides, one promise then took minutes. An aggregate leaves the query to itself.
    return (
        "SELECT (array_agg(offender) FILTER"  # noqa: S608  (a file of ours)
        " (WHERE $1::text[] IS NULL OR split_part(offender, ' ', 1) = ANY ($1)))"
        f"[:{OFFENDERS_MAX}] FROM ({inner}) found"
    )


def _odd_currencies() -> str:
    """How many minor units a whole one has, where that is not a hundred."""
    odd = sorted(code for code in get_global("currency_fractions") if digits(code) != CENTS)
    return " ".join(f"WHEN '{code}' THEN {10 ** digits(code)}" for code in odd)
