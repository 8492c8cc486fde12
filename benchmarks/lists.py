"""`make bench-lists`: the customers page in one fleet of a million, asked in every way it can be.

One connection asks the product's own server, behind a socket, for a page of twenty rows; the median
of a few answers is told. All that a question costs is in it: server, PostgreSQL and the way.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg
import click
import httpx

from benchmarks.ground import Ground, ground
from benchmarks.plans import above_policies, ordering, searching
from benchmarks.serve import LOOPBACK
from benchmarks.servers import Server, cpu, running
from domain.listing import CustomerOrderField, OrderDirection
from domain.page import Place, cursor, scope
from resolvers.listing import list_name
from server.app import API
from server.cli import complain
from server.failure import Failure
from server.signals import Signals

FLEET = "florida"
CUSTOMERS = 1_000_000
TIMES = 5
MANY = 40
"""Answers of which the CPU is told: /proc counts in hundredths of a second."""
LIMIT = 50
"""Milliseconds that an answer may take; what takes longer is marked."""
PAGE = """
query ($fleet: ID!, $search: String, $tab: CustomerTab! = ALL, $filter: CustomerFilter,
       $orderBy: CustomerOrder, $after: String, $counted: Boolean! = false) {
  subaccount(id: $fleet) {
    customers(first: 20, after: $after, search: $search, tab: $tab, filter: $filter,
              orderBy: $orderBy) {
      totalCount @include(if: $counted) { value exact }
      nodes {
        id customerNumber name email phone status badges joinedAt lastActiveAt completedRides
        wallet { balance { amount currency } bonus { amount } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
CARDS = """
query ($fleet: ID!) {
  subaccount(id: $fleet) {
    customerSummary {
      total active walletValue { amount } totalBonuses { amount } withDebt totalDebt { amount }
    }
    customerTabs { tab count }
  }
}
"""
# Two letters that many have, that few have, that nobody has: of a hundredth of the texts.
PAIRS = """
WITH found AS (
  SELECT gram, count(*) AS times
  FROM customer_search TABLESAMPLE SYSTEM (1) REPEATABLE (1), unnest(grams(words)) gram
  WHERE gram ~ '^[a-z]{2}$' GROUP BY gram
)
SELECT (SELECT gram FROM found ORDER BY times DESC, gram LIMIT 1),
  (SELECT gram FROM found ORDER BY times, gram LIMIT 1),
  (SELECT a || b FROM unnest(string_to_array('qxzjvwkyfgh', NULL)) a,
     unnest(string_to_array('qxzjvwkyfgh', NULL)) b
   WHERE NOT EXISTS (
     SELECT FROM customer_search WHERE grams(words || ' ' || contact) @> ARRAY[a || b]) LIMIT 1)
"""
MIDDLE = """
SELECT c.id, c.name, c.phone, c.name_key, c.number, c.completed_rides, c.joined_at,
  c.last_active_at,
  (SELECT balance FROM account WHERE customer_id = c.id AND kind = 'BALANCE') AS balance,
  (SELECT balance FROM account WHERE customer_id = c.id AND kind = 'BONUS') AS bonus
FROM customer c WHERE NOT deleted AND number >= $1 ORDER BY number LIMIT 1
"""
TIERS = "SELECT id FROM loyalty_tier ORDER BY min_rides"
KEYS: Mapping[CustomerOrderField, str] = {
    CustomerOrderField.NAME: "name_key",
    CustomerOrderField.CUSTOMER_NUMBER: "number",
    CustomerOrderField.WALLET_BALANCE: "balance",
    CustomerOrderField.BONUS: "bonus",
    CustomerOrderField.RIDES: "completed_rides",
    CustomerOrderField.JOINED: "joined_at",
    CustomerOrderField.LAST_ACTIVE: "last_active_at",
}
ORDERS = [(order, direction) for order in CustomerOrderField for direction in OrderDirection]
HEAD = " ".join(f"{name[:4]}{arrow}" for name in CustomerOrderField for arrow in ("↑", "↓"))


@dataclass(frozen=True, slots=True)
class Fleet:
    """The one fleet, and what of it the questions need to name."""

    id: str
    middle: asyncpg.Record
    commonest: str
    rare: str
    none: str
    regions: Sequence[str]
    tiers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The product's own server, asked by one connection."""

    http: httpx.AsyncClient
    product: Server
    ground: Ground

    async def took(self, query: str, **variables: Any) -> float:
        """Milliseconds of an answer, once it is warm."""
        took = []
        for _ in range(TIMES + 1):
            began = perf_counter()
            answer = await self._answer(query, variables)
            took.append((perf_counter() - began) * 1000)
            if "errors" in answer.json():
                message = f"no answer to measure: {answer.text[:300]}"
                raise Failure(message)
        return median(took[1:])

    async def cpu(self, query: str, **variables: Any) -> str:
        """Milliseconds of CPU that an answer takes: of the server, and of PostgreSQL."""
        before = await cpu(self.product, self.ground)
        for _ in range(MANY):
            await self._answer(query, variables)
        after = await cpu(self.product, self.ground)
        server = (after.server - before.server) * 1000 / MANY
        database = (after.database - before.database) * 1000 / MANY
        return f"{server:4.1f} + {database:4.1f}"

    async def _answer(self, query: str, variables: Mapping[str, Any]) -> httpx.Response:
        await asyncio.sleep(0)
        return await self.http.post(API, json={"query": query, "variables": variables})


@click.command()
@click.option("--customers", default=CUSTOMERS, show_default=True, help="In the one fleet.")
def main(customers: int) -> None:
    """Measure, and print the figures and the plans."""
    try:
        with Signals() as signals, ground(signals, customers, (FLEET,)) as prepared:
            signals.run(_measure(prepared, customers))
    except Failure as error:
        complain(str(error), error.exit_code)


async def _measure(ground: Ground, customers: int) -> None:
    fleet = await _fleet(ground, customers)
    click.echo(f"{ground.description}, in one fleet; medians of {TIMES}, in milliseconds.\n")
    async with (
        running("product", ground) as product,
        httpx.AsyncClient(
            base_url=f"http://{LOOPBACK}:{product.port}",
            headers={"Authorization": f"Bearer {ground.operator}"},
        ) as http,
    ):
        server = Asked(http, product, ground)
        cards = f"{await server.took(CARDS, fleet=fleet.id):.1f}"
        click.echo(f"cards and tabs: {cards}, CPU {await server.cpu(CARDS, fleet=fleet.id)}\n")
        click.echo(f"{'':<27}{HEAD}  counted  CPU, newest first")
        click.echo(await _row(server, fleet, "a page in the middle", {}, behind=True))
        for title, asked in _questions(fleet).items():
            click.echo(await _row(server, fleet, title, asked))
    for title in ("commonest", "rare", "none"):
        pair = getattr(fleet, title)
        click.echo(f"\nTwo letters, {title}: «{pair}»\n{await searching(ground, fleet.id, pair)}")
    click.echo(f"\n{await ordering(ground, fleet.id)}")


async def _fleet(ground: Ground, customers: int) -> Fleet:
    async with above_policies(ground) as store:
        ((commonest, rare, none),) = await store.fetch(PAIRS)
        (middle,) = await store.fetch(MIDDLE, customers // 2)
        regions = [row[0] for row in await store.fetch("SELECT id FROM region ORDER BY id")]
        tiers = [row[0] for row in await store.fetch(TIERS)]
        id = await store.fetchval("SELECT id FROM subaccount")
    return Fleet(id, middle, commonest, rare, none, regions, tiers)


def _questions(fleet: Fleet) -> Mapping[str, Mapping[str, Any]]:
    given, _, family = fleet.middle["name"].partition(" ")
    searches = {
        "none of it": {},
        f"search {fleet.commonest} (commonest)": {"search": fleet.commonest},
        f"search {fleet.rare} (rare)": {"search": fleet.rare},
        f"search {fleet.none} (nobody)": {"search": fleet.none},
        f"search {given[:4].lower()}": {"search": given[:4]},
        f"search {given[:3].lower()} {family[:2].lower()}": {"search": f"{given[:3]} {family[:2]}"},
        "search of an email's part": {"search": f"{family.lower()}1"},
        "search of a phone's end": {"search": fleet.middle["phone"][-4:]},
    }
    tabs = ("ACTIVE", "BLOCKED", "UNBLOCKED", "IDENTITY_REQUIRED", "WITH_DEBT", "DELETED")
    joined = fleet.middle["joined_at"].isoformat()
    filters: Mapping[str, Mapping[str, Any]] = {
        "one region": {"regionIds": fleet.regions[:1]},
        "no device known": {"deviceOs": ["UNKNOWN"]},
        "joined, the later half": {"joinedFrom": joined},
        "joined, the earlier half": {"joinedTo": joined},
        "active since the middle": {"lastActiveFrom": joined},
        "not active since": {"lastActiveTo": joined},
        "phone risk very high": {"phoneRiskLevels": ["VERY_HIGH"]},
        "phone risk high": {"phoneRiskLevels": ["HIGH"]},
        "no means of payment": {"hasPaymentMethod": False},
        "a means of payment": {"hasPaymentMethod": True},
        "riding": {"hasActiveRide": True},
        "the base tier": {"tierIds": fleet.tiers[:1]},
        "the top tier": {"tierIds": fleet.tiers[-1:]},
    }
    mixed = {"tab": "BLOCKED", "search": fleet.commonest, "filter": {"hasPaymentMethod": True}}
    return {
        **searches,
        **{f"tab {tab}": {"tab": tab} for tab in tabs},
        **{name: {"filter": only} for name, only in filters.items()},
        "blocked, a card, commonest": mixed,
    }


async def _row(
    server: Asked,
    fleet: Fleet,
    title: str,
    asked: Mapping[str, Any],
    *,
    behind: bool = False,
) -> str:
    """One question in every order, and in the usual one with its count."""
    took = []
    for order, direction in ORDERS:
        variables = {"orderBy": {"field": order, "direction": direction}, **asked}
        if behind:
            place = Place(fleet.middle[KEYS[order]], fleet.middle["id"])
            variables["after"] = cursor(scope(list_name(order, direction), fleet.id), place)
        took.append(await server.took(PAGE, fleet=fleet.id, **variables))
    counted = await server.took(PAGE, fleet=fleet.id, counted=True, **asked)
    cpu = await server.cpu(PAGE, fleet=fleet.id, **asked)
    return f"{title:<27}{' '.join(map(_told, took))}  {_told(counted)}    {cpu}"


def _told(took: float) -> str:
    return f"{took:>4.0f}{'!' if took > LIMIT else ' '}"


if __name__ == "__main__":
    main()
