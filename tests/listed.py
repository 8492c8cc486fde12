"""The customers page as its clients ask for it and page through it."""

from collections.abc import Iterable
from typing import Any

from tests.api import Api
from tests.crowd import Person
from tests.make import Fleet, Who

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
LIST = ["subaccount", "customers"]
ORDERS = ("NAME", "CUSTOMER_NUMBER", "WALLET_BALANCE", "BONUS", "RIDES", "JOINED", "LAST_ACTIVE")
TABS = ("ALL", "ACTIVE", "BLOCKED", "UNBLOCKED", "IDENTITY_REQUIRED", "WITH_DEBT", "DELETED")
DIRECTIONS = ("ASC", "DESC")


def ordered(people: Iterable[Person], order: str, direction: str) -> list[str]:
    """The ids in order: ties by id, and what is not known last either way."""
    down = direction == "DESC"
    everybody = list(people)
    known = [one for one in everybody if one.key(order) is not None]
    rest = [one for one in everybody if one.key(order) is None]
    known.sort(key=lambda one: (one.key(order), one.id), reverse=down)
    rest.sort(key=lambda one: one.id, reverse=down)
    return [one.id for one in (*known, *rest)]


async def page(api: Api, who: Who, fleet: Fleet, **asked: Any) -> dict[str, Any]:
    data = await api.get(who, PAGE, fleet=fleet.id, **asked)
    found: dict[str, Any] = data["subaccount"]["customers"]
    return found


async def forward(api: Api, who: Who, fleet: Fleet, size: int, **asked: Any) -> list[str]:
    """Every id, page by page from the first."""
    ids: list[str] = []
    after = None
    while True:
        found = await page(api, who, fleet, first=size, after=after, **asked)
        ids += listed(found)
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not found["pageInfo"]["hasNextPage"]:
            return counted(found, ids)
        after = found["pageInfo"]["endCursor"]


async def backward(api: Api, who: Who, fleet: Fleet, size: int, **asked: Any) -> list[str]:
    """Every id, page by page from the last."""
    ids: list[str] = []
    before = None
    while True:
        found = await page(api, who, fleet, last=size, before=before, **asked)
        ids = listed(found) + ids
        assert found["pageInfo"]["hasNextPage"] is (before is not None)
        if not found["pageInfo"]["hasPreviousPage"]:
            return counted(found, ids)
        before = found["pageInfo"]["startCursor"]


def listed(found: dict[str, Any]) -> list[str]:
    return [node["id"] for node in found["nodes"]]


def counted(found: dict[str, Any], ids: list[str]) -> list[str]:
    """The ids of all pages, of which the list counts as many."""
    assert found["totalCount"] == {"value": len(ids), "exact": True}
    return ids
