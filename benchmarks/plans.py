"""What PostgreSQL does for a page: the plans of the statements inside the list's function."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson

from benchmarks.ground import Ground
from db import embedded

LIST = "SELECT listed_customers($1, 'JOINED', true, false, NULL, NULL, 21)"
EXPLAINING = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_analyze = on;
SET client_min_messages = log
"""
NOISE = re.compile(r"^\s*(Rows Removed|Index Searches|Heap Fetches|Storage).*\n", re.MULTILINE)
COSTS = re.compile(r"cost=\S+ rows=(\d+) width=\d+")


@asynccontextmanager
async def above_policies(ground: Ground) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that sees all rows and may load what explains: nothing is served by it."""
    cluster = embedded.start(ground.settings.data)
    connection = await asyncpg.connect(cluster.url(embedded.SUPERUSER, embedded.DATABASE))
    try:
        yield connection
    finally:
        await connection.close()


async def plans(ground: Ground, fleet: str, search: str) -> str:
    """How the newest customers that a search finds are listed, as it was executed."""
    found: list[str] = []

    def hear(_: object, message: Any) -> None:
        text = str(message.message)
        if "Query Text: SELECT ARRAY" in text:
            found.append(_readable(text, fleet))

    async with above_policies(ground) as store:
        await store.execute(EXPLAINING)
        store.add_log_listener(hear)
        await store.fetch("SELECT set_config('app.subaccounts', $1, false)", fleet)
        asked = {"fleet": fleet, "tab": "ALL", "words": [[search]], "contact": True}
        await store.fetch(LIST, orjson.dumps(asked).decode())
    return "\n".join(found)


def _readable(told: str, fleet: str) -> str:
    """A plan without the statement above it, and without what it says of every node."""
    plan = told[told.index("\nResult") + 1 :].replace(f"'{fleet}'::text", "…")
    return COSTS.sub(r"expected=\1", NOISE.sub("", plan)).rstrip()
