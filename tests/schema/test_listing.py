"""The customers page: every order, tab, filter and search against what Python makes of the rows."""

from collections.abc import Sequence
from itertools import cycle, product
from typing import Any

import pytest

from tests.api import Api
from tests.crowd import Person, crowd
from tests.make import Fleet

PAGE = """
query ($fleet: ID!, $first: Int, $after: String, $last: Int, $before: String, $search: String,
       $tab: CustomerTab! = ALL, $filter: CustomerFilter, $orderBy: CustomerOrder) {
  subaccount(id: $fleet) {
    customers(first: $first, after: $after, last: $last, before: $before, search: $search,
              tab: $tab, filter: $filter, orderBy: $orderBy) {
      totalCount { value exact }
      nodes { id }
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
ORDERS = ("NAME", "CUSTOMER_NUMBER", "WALLET_BALANCE", "BONUS", "RIDES", "JOINED", "LAST_ACTIVE")
TABS = ("ALL", "ACTIVE", "BLOCKED", "UNBLOCKED", "IDENTITY_REQUIRED", "WITH_DEBT", "DELETED")


def ordered(people: Sequence[Person], order: str, direction: str) -> list[str]:
    """The ids in order: ties by id, and what is not known last either way."""
    down = direction == "DESC"
    known = [one for one in people if one.key(order) is not None]
    rest = [one for one in people if one.key(order) is None]
    known.sort(key=lambda one: (one.key(order), one.id), reverse=down)
    rest.sort(key=lambda one: one.id, reverse=down)
    return [one.id for one in (*known, *rest)]


async def page(api: Api, who: Any, fleet: Fleet, **asked: Any) -> dict[str, Any]:
    data = await api.get(who, PAGE, fleet=fleet.id, **asked)
    found: dict[str, Any] = data["subaccount"]["customers"]
    return found


async def forward(api: Api, who: Any, fleet: Fleet, size: int, **asked: Any) -> list[str]:
    """Every id, page by page from the first."""
    ids: list[str] = []
    after = None
    while True:
        found = await page(api, who, fleet, first=size, after=after, **asked)
        ids += [node["id"] for node in found["nodes"]]
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not found["pageInfo"]["hasNextPage"]:
            return ids
        after = found["pageInfo"]["endCursor"]


async def backward(api: Api, who: Any, fleet: Fleet, size: int, **asked: Any) -> list[str]:
    """Every id, page by page from the last."""
    ids: list[str] = []
    before = None
    while True:
        found = await page(api, who, fleet, last=size, before=before, **asked)
        ids = [node["id"] for node in found["nodes"]] + ids
        assert found["pageInfo"]["hasNextPage"] is (before is not None)
        if not found["pageInfo"]["hasPreviousPage"]:
            return ids
        before = found["pageInfo"]["startCursor"]


@pytest.mark.rule("LST-3", "LST-5")
async def test_every_order_pages_both_ways_and_in_the_tabs(api: Api, fleet: Fleet) -> None:
    made = await crowd(fleet)
    who = await fleet.operator()
    tabs = cycle(TABS[1:])

    for order, direction in product(ORDERS, ("ASC", "DESC")):
        for tab in ("ALL", next(tabs), next(tabs), next(tabs)):
            inside = [one for one in made.people if one.in_tab(tab)]
            expected = ordered(inside, order, direction)
            asked = {"orderBy": {"field": order, "direction": direction}, "tab": tab}
            assert await forward(api, who, fleet, 29, **asked) == expected, asked
            assert await backward(api, who, fleet, 29, **asked) == expected, asked
