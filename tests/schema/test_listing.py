"""The customers page: every order and tab against what Python makes of the rows."""

from itertools import cycle, product
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain import page as pages
from domain.access import Role
from domain.ids import Prefix
from domain.page import Place
from tests.api import Api, codes
from tests.crowd import Crowd
from tests.listed import (
    DIRECTIONS,
    LIST,
    ORDERS,
    PAGE,
    TABS,
    backward,
    forward,
    listed,
    ordered,
    page,
)
from tests.make import JOINED, Fleet, Make, new
from tests.statements import data, sent

STATEMENTS_MAX = 7


@pytest.mark.rule("LST-3", "LST-5")
async def test_every_order_pages_both_ways_and_in_the_tabs(shared_api: Api, crowd: Crowd) -> None:
    tabs = cycle(TABS[1:])

    for order, direction in product(ORDERS, DIRECTIONS):
        for tab in ("ALL", next(tabs), next(tabs), next(tabs)):
            inside = [one for one in crowd.people if one.in_tab(tab)]
            expected = ordered(inside, order, direction)
            asked = {"orderBy": {"field": order, "direction": direction}, "tab": tab}
            assert await forward(shared_api, crowd.clerk, crowd.fleet, 29, **asked) == expected, (
                asked
            )
            assert await backward(shared_api, crowd.clerk, crowd.fleet, 29, **asked) == expected, (
                asked
            )


WHOLE = """
query ($id: ID!, $first: Int) { subaccount(id: $id) { ...page } }
fragment page on Subaccount {
  customerSummary { total active walletValue { amount } totalBonuses { amount } withDebt }
  customerTabs { tab count }
  customers(first: $first, search: "an", filter: {hasPaymentMethod: false}) {
    totalCount { value exact }
    nodes { id name email status wallet { balance { amount } bonus { amount } } region { name } }
  }
}
"""
BOTH = WHOLE.replace(
    "query ($id: ID!, $first: Int) { subaccount(id: $id) { ...page } }",
    "query ($id: ID!, $other: ID!, $first: Int) {"
    " subaccount(id: $id) { ...page } other: subaccount(id: $other) { ...page } }",
)
FIELDS = ("customerSummary", "customerTabs", "customers")


@pytest.mark.rule("LST-1")
async def test_one_query_gives_the_page_in_a_statement_a_kind_of_row_and_two_fleets_too(
    shared_api: Api, shared: Make, crowd: Crowd, engine: AsyncEngine
) -> None:
    other = await shared.fleet()
    await other.customer(name="Anna", region_id=await other.region())
    who = await shared.operator(crowd.fleet, other)
    asked = {"id": crowd.fleet.id}
    await shared_api.get(who, BOTH, **asked, other=other.id)  # a new connection asks for its types

    with sent(engine) as of_one:
        one = await shared_api.get(who, WHOLE, **asked, first=1)
    with sent(engine) as of_all:
        every = await shared_api.get(who, WHOLE, **asked, first=100)
    with sent(engine) as of_both:
        await shared_api.get(who, BOTH, **asked, other=other.id, first=100)

    alive = [person for person in crowd.people if not person.deleted]
    page, rows = every["subaccount"], every["subaccount"]["customers"]["nodes"]
    assert page["customerSummary"] == {
        "total": len(alive),
        "active": sum(person.rides > 0 for person in alive),
        "walletValue": {"amount": f"{sum(person.balance for person in alive) / 100:.2f}"},
        "totalBonuses": {"amount": f"{sum(person.bonus for person in alive) / 100:.2f}"},
        "withDebt": sum(person.balance < 0 for person in alive),
    }
    assert page["customerTabs"] == [
        {"tab": tab, "count": sum(person.in_tab(tab) for person in crowd.people)} for tab in TABS
    ]
    assert one["subaccount"]["customers"]["nodes"] == rows[:1]
    assert page["customers"]["totalCount"] == {"value": len(rows), "exact": True}
    assert len(rows) > 5
    assert len(data(of_one)) == len(data(of_all)) == len(data(of_both)) <= STATEMENTS_MAX


async def test_customers_come_newest_first_unless_asked_otherwise(
    shared_api: Api, crowd: Crowd
) -> None:
    alive = [one for one in crowd.people if not one.deleted]

    found = await page(shared_api, crowd.clerk, crowd.fleet)

    assert listed(found) == ordered(alive, "JOINED", "DESC")[:20]


async def test_a_rider_lists_itself_alone_and_counts_nobody_else(api: Api, fleet: Fleet) -> None:
    ada, _ = await fleet.customer(name="Ada"), await fleet.customer(name="Adam")
    rider = await fleet.rider(ada)

    found = [
        await page(api, rider, fleet, **asked)
        for asked in ({}, {"search": "ad"}, {"tab": "UNBLOCKED"}, {"search": "adam"})
    ]
    refused = await api.ask(rider, WHOLE, id=fleet.id)

    assert [listed(one) for one in found] == [[ada]] * 3 + [[]]
    assert [one["totalCount"]["value"] for one in found] == [1, 1, 1, 0]
    assert codes(refused)[:2] == [(["subaccount", name], "FORBIDDEN") for name in FIELDS[:2]]
    assert refused["data"]["subaccount"]["customerSummary"] is None


async def test_a_service_tech_may_neither_list_nor_count(api: Api, fleet: Fleet) -> None:
    answer = await api.ask(await fleet.operator(Role.SERVICE_TECH), WHOLE, id=fleet.id)

    assert answer["data"] == {"subaccount": dict.fromkeys(FIELDS)}
    assert codes(answer) == [(["subaccount", name], "FORBIDDEN") for name in FIELDS]


@pytest.mark.rule("LST-5")
@pytest.mark.parametrize(("ends", "cursor"), [("first", "after"), ("last", "before")])
async def test_paging_among_writes_neither_repeats_nor_skips_who_stayed_in_place(
    api: Api, fleet: Fleet, ends: str, cursor: str
) -> None:
    who = await fleet.operator()
    stayed = [await fleet.customer(name=f"Name {place:02}") for place in range(0, 24, 2)]
    moved = [await fleet.customer(name=f"Name {place:02}") for place in (3, 9, 21)]
    by = {"orderBy": {"field": "NAME"}}
    seen: list[str] = []
    place = None

    for turn in range(20):
        found = await page(api, who, fleet, **{ends: 3, cursor: place}, **by)
        seen += listed(found)[:: 1 if ends == "first" else -1]
        await fleet.customer(name=f"Name {turn * 2:02}")
        await fleet.change(moved[turn % 3], name=f"Name {turn:02} anew")
        await fleet.change(stayed[turn % 12], blocked_at=JOINED.isoformat(), blocked_reason="x")
        info = found["pageInfo"]
        place = info["endCursor" if ends == "first" else "startCursor"]
        if not info["hasNextPage" if ends == "first" else "hasPreviousPage"]:
            break

    there = [id for id in seen if id in stayed]
    assert there == stayed[:: 1 if ends == "first" else -1]


def forged(fleet: Fleet, order: str, key: Any, id: str | None = None) -> dict[str, Any]:
    """A cursor under the right seal, which the server never gave."""
    made = pages.cursor(
        pages.scope(f"customers {order} ASC", fleet.id), Place(key, id or new(Prefix.CUSTOMER))
    )
    return {"orderBy": {"field": order}, "after": made}


async def test_what_cannot_be_a_page_is_bad_input(
    shared_api: Api, shared: Make, crowd: Crowd
) -> None:
    elsewhere = await shared.fleet()
    await elsewhere.customer()
    who = await shared.operator(crowd.fleet, elsewhere)
    name = {"orderBy": {"field": "NAME"}}
    ours = (await page(shared_api, who, crowd.fleet, first=1, **name))["pageInfo"]["endCursor"]
    theirs = (await page(shared_api, who, elsewhere, **name))["pageInfo"]["endCursor"]
    asks: list[dict[str, Any]] = [
        {"first": 0}, {"first": -1}, {"first": 101}, {"last": 0}, {"last": -1}, {"last": 101},
        {"first": 1, "last": 1}, {"first": 1, "before": ours}, {"after": ours, "before": ours},
        {"after": ours},
        {"after": ours, "orderBy": {"field": "NAME", "direction": "DESC"}},
        {"after": ours, "orderBy": {"field": "BONUS"}},
        {"after": theirs, **name},
        forged(crowd.fleet, "NAME", 5), forged(crowd.fleet, "NAME", None),
        forged(crowd.fleet, "NAME", "a\0b"), forged(crowd.fleet, "NAME", "a", "no id"),
        forged(crowd.fleet, "JOINED", None), forged(crowd.fleet, "JOINED", "a"),
        forged(crowd.fleet, "RIDES", JOINED), forged(crowd.fleet, "BONUS", 2**63),
        forged(crowd.fleet, "CUSTOMER_NUMBER", -(2**63) - 1),
    ]  # fmt: skip

    answers = [await shared_api.ask(who, PAGE, fleet=crowd.fleet.id, **ask) for ask in asks]

    assert [codes(answer) for answer in answers] == [[(LIST, "BAD_USER_INPUT")]] * len(asks)


@pytest.mark.parametrize("order", ["RIDES", "CUSTOMER_NUMBER", "WALLET_BALANCE"])
@pytest.mark.parametrize(("key", "rest"), [(2**63 - 1, False), (2**40, False), (-(2**63), True)])
async def test_a_place_beyond_all_customers_is_a_place(
    shared_api: Api, crowd: Crowd, order: str, key: int, rest: bool
) -> None:
    alive = [one for one in crowd.people if not one.deleted]

    found = await page(shared_api, crowd.clerk, crowd.fleet, **forged(crowd.fleet, order, key))

    assert listed(found) == (ordered(alive, order, "ASC")[:20] if rest else [])
