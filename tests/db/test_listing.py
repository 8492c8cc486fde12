"""How the customers page is planned where PostgreSQL no longer looks at the arguments."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import orjson

from db import listing
from db.embedded import Addresses
from db.engine import BEGIN_READ
from db.query import AnyQuery
from domain.access import Reach
from domain.ids import SubaccountId
from domain.listing import Listing
from domain.page import PageKey, Window
from tests.demo import DemoFleet


class Explained:
    """A connection that explains a query under its generic plan, in place of its rows."""

    def __init__(self, raw: asyncpg.Connection) -> None:
        self._raw = raw
        self.nodes: list[dict[str, Any]] = []

    async def rows(self, query: AnyQuery, reach: Reach, /, **given: object) -> list[Any]:
        arguments = [
            await self._raw.fetchval("SELECT quote_nullable($1::text)", _literal(value))
            for value in query.arguments(reach, given)
        ]
        await self._raw.execute(f"PREPARE page AS {query.text}")
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE page ({', '.join(arguments)})"
        ((plan,),) = await self._raw.fetch(explain)
        self.nodes = [*_nodes(orjson.loads(plan)[0]["Plan"])]
        return []


def _literal(value: object) -> str | None:
    if isinstance(value, list | tuple):
        return "{" + ",".join(value) + "}"
    return None if value is None else str(value)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


SIZE = 20


async def test_a_page_finds_its_ids_once_and_each_of_its_customers_by_itself(
    demo_database: Addresses, demo: DemoFleet
) -> None:
    fleet = SubaccountId(demo.fleet.id)
    raw = await asyncpg.connect(demo_database.application)
    await raw.execute("SET plan_cache_mode = force_generic_plan")
    await raw.execute(BEGIN_READ.format(subaccounts=fleet, caller=""))
    explained = Explained(raw)

    await listing.customers(
        explained, Reach((fleet,)), [PageKey("", fleet, fleet, Window(SIZE), Listing())]
    )

    await raw.close()
    calls = [
        node["Actual Loops"]
        for node in explained.nodes
        if node.get("Alias", "").startswith("found_ids")
    ]
    looks = [
        node["Actual Loops"] for node in explained.nodes if node.get("Relation Name") == "customer"
    ]
    assert (calls, looks) == ([1], [SIZE + 1])
