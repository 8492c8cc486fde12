"""The customer page in one query, as GraphiQL opens with it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role
from server.explorer import DOCUMENTS
from tests.api import Api
from tests.demo import DemoFleet
from tests.statements import data, sent

PAGE = (DOCUMENTS / "customer-page.graphql").read_text()
STATEMENTS_MAX = 14


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


async def test_the_page_of_the_interesting_customer_is_full(demo_api: Api, demo: DemoFleet) -> None:
    who = demo.operator(Role.CUSTOMER_SUPPORT)

    customer = (await demo_api.get(who, PAGE, id=demo.customer_id))["customer"]

    pages = ["subscriptions", "packages", "promos", "rides", "notifications", "auditTrail", "notes"]
    lists: dict[str, Any] = {name: customer[name]["nodes"] for name in pages}
    lists["activity"] = customer["wallet"]["activity"]["nodes"]
    lists["paymentMethods"] = customer["paymentMethods"]
    for name in ("achievements", "challenges"):
        lists[name] = customer["loyalty"][name]
    lists["points"] = customer["loyalty"]["transactions"]["nodes"]
    assert [name for name, items in lists.items() if not items] == []
    assert customer["activeRide"]["status"] == "ACTIVE"
    assert customer["loyalty"]["nextTier"] is None
    assert sum(leaf is not None for leaf in leaves(customer)) > 400


async def test_the_page_takes_a_statement_a_level_whatever_the_page_sizes(
    demo_api: Api, demo: DemoFleet, demo_engine: AsyncEngine, record_property: Any
) -> None:
    who = demo.operator(Role.CUSTOMER_SUPPORT)
    small = PAGE.replace("first: 10", "first: 1").replace("first: 5", "first: 1")
    large = PAGE.replace("first: 10", "first: 100").replace("first: 5", "first: 100")
    counts = []

    for document in (PAGE, small, PAGE, large):
        with sent(demo_engine) as trips:
            await demo_api.get(who, document, id=demo.customer_id)
            await asyncio.sleep(0)  # the last one is noted a tick later
        counts.append((len(data(trips)), len(trips)))

    _warm_up, of_small, of_page, of_large = counts
    assert small != PAGE != large
    assert of_small <= of_page == of_large
    statements, in_all = of_large
    assert statements <= STATEMENTS_MAX
    assert in_all == statements + 3  # the credential, BEGIN with its settings, COMMIT
    record_property("data statements of the customer page", statements)
    record_property("round trips of the customer page", in_all)


async def test_two_customers_take_no_more_statements_than_one(
    demo_api: Api, demo: DemoFleet, demo_engine: AsyncEngine
) -> None:
    who = demo.operator(Role.CUSTOMER_SUPPORT)
    other = await demo.make.store.fetchval(
        "SELECT id FROM customer WHERE subaccount_id = $1 AND completed_rides > 3 AND id <> $2"
        " ORDER BY id LIMIT 1",
        demo.fleet.id,
        demo.customer_id,
    )
    body = PAGE[PAGE.index("{", PAGE.index("customer(id")) :]
    selection = body[: body.index("\nfragment")].rstrip().removesuffix("}")
    fragments = body[body.index("\nfragment") :]
    both = f"query ($a: ID!, $b: ID!) {{ a: customer(id: $a) {selection} b: customer(id: $b)"
    both += f" {selection} }} {fragments}"
    ids = {"a": demo.customer_id, "b": other}
    await demo_api.get(who, both, **ids)

    with sent(demo_engine) as alone:
        await demo_api.get(who, PAGE, id=demo.customer_id)
    with sent(demo_engine) as together:
        await demo_api.get(who, both, **ids)

    assert len(data(together)) == len(data(alone))


@pytest.mark.rule("ROL-5")
async def test_a_viewer_gets_the_page_without_what_it_may_not_see(
    demo_api: Api, demo: DemoFleet
) -> None:
    answer = await demo_api.ask(demo.operator(Role.VIEWER), PAGE, id=demo.customer_id)

    barred = {".".join(e["path"][1:]) for e in answer["errors"] if len(e["path"]) <= 2}
    customer = answer["data"]["customer"]
    assert barred == {
        "auditTrail",
        "blockedReason",
        "identity",
        "notes",
        "phoneLookup",
        "signupLocation",
        "stripeCustomerId",
    }
    assert all(customer[name] is None for name in barred)
    assert customer["wallet"]["activity"]["nodes"]


@pytest.mark.rule("CUS-9")
async def test_what_was_spent_is_rides_packages_and_periods_less_refunds(
    demo_api: Api, demo: DemoFleet
) -> None:
    who = demo.operator(Role.ANALYST)
    rows = await demo.make.store.fetch(
        "SELECT c.id,"
        " (SELECT coalesce(sum(f.total - r.refunded), 0) FROM ride r JOIN fare f"
        "   ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id WHERE r.customer_id = c.id)"
        " + (SELECT coalesce(sum(amount_paid), 0) FROM package_purchase WHERE customer_id = c.id)"
        " + (SELECT coalesce(sum(paid), 0) FROM subscription_period WHERE customer_id = c.id)"
        " AS cents FROM customer c WHERE c.subaccount_id = $1 AND c.completed_rides > 0"
        " ORDER BY c.id LIMIT 50",
        demo.fleet.id,
    )
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { id totalSpent"
    document += " { amount } } } }"

    found = await demo_api.get(who, document, ids=[row["id"] for row in rows])

    spent = {node["id"]: node["totalSpent"]["amount"] for node in found["nodes"]}
    assert spent == {row["id"]: f"{row['cents'] / 100:.2f}" for row in rows}
    assert len(set(spent.values())) > 20
