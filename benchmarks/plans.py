"""What PostgreSQL does for a page: the plans of the statements inside the list's functions."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson

from benchmarks.ground import Ground
from db import embedded
from domain.listing import CustomerOrderField, OrderDirection

LIST = "SELECT listed_customers($1, $2, $3, false, NULL, NULL, 21)"
COUNT = "SELECT counted_customers($1, 10001)"
EXPLAINING = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_analyze = on;
SET client_min_messages = log
"""
OURS = re.compile(r"Query Text: SELECT (ARRAY|count)")
PLAN = re.compile(r"^(Result|Aggregate) +\(.*", re.MULTILINE | re.DOTALL)
NOISE = re.compile(r"^\s*(Rows Removed|Index Searches|Heap Fetches|Storage).*\n", re.MULTILINE)
COSTS = re.compile(r"cost=\S+ rows=(\d+) width=\d+")
INDEX = re.compile(r"Index (?:Only )?Scan.*? using \S+")


@asynccontextmanager
async def above_policies(ground: Ground) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that sees all rows and may load what explains: nothing is served by it."""
    cluster = embedded.start(ground.settings.data)
    connection = await asyncpg.connect(cluster.url(embedded.SUPERUSER, embedded.DATABASE))
    try:
        yield connection
    finally:
        await connection.close()


async def searching(ground: Ground, fleet: str, search: str) -> str:
    """How the newest customers that a search finds are listed, and how all of them are counted."""
    asked = {"fleet": fleet, "tab": "ALL", "words": [[search]], "contact": True}
    question = orjson.dumps(asked).decode()
    listed = await _executed(ground, fleet, LIST, question, "JOINED", True)  # noqa: FBT003  (descending)
    counted = await _executed(ground, fleet, COUNT, question)
    return "\n".join(["listed:", *listed, "counted:", *counted])


async def ordering(ground: Ground, fleet: str) -> str:
    """By which index each order is read."""
    question = orjson.dumps({"fleet": fleet, "tab": "ALL"}).decode()
    lines = []
    for order in CustomerOrderField:
        for direction in OrderDirection:
            descending = direction is OrderDirection.DESC
            (plan,) = await _executed(ground, fleet, LIST, question, order, descending)
            used = INDEX.search(plan)
            lines.append(f"{order} {direction}: {used[0] if used else plan}")
    return "\n".join(lines)


async def _executed(ground: Ground, fleet: str, call: str, *arguments: object) -> Sequence[str]:
    """The plans of what a function executed, as they were executed."""
    found: list[str] = []

    def hear(_: object, message: Any) -> None:
        text = str(message.message)
        if OURS.search(text):
            found.append(_readable(text, fleet))

    async with above_policies(ground) as store:
        await store.fetch("SELECT set_config('app.subaccounts', $1, false)", fleet)
        await store.fetch(call, *arguments)  # once for the caches
        await store.execute(EXPLAINING)
        store.add_log_listener(hear)
        await store.fetch(call, *arguments)
    return found


def _readable(told: str, fleet: str) -> str:
    """A plan without the statement above it, and without what it says of every node."""
    plan = PLAN.search(told)
    text = (plan[0] if plan else told).replace(f"'{fleet}'::text", "…")
    return COSTS.sub(r"expected=\1", NOISE.sub("", text)).rstrip()
