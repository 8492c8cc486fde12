"""The members of a program: who they are, whom a search finds, and who may list them."""

from typing import Any

import pytest

from domain.access import Role, Scope
from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make, Who

MEMBERS = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
  $search: String) { subaccount(id: $id) { loyaltyProgram { members(first: $first, after: $after,
    last: $last, before: $before, search: $search) {
  totalCount { value exact } nodes { id } edges { cursor } pageInfo { hasNextPage } } } } }"""
CUSTOMERS = """query ($id: ID!, $after: String) { subaccount(id: $id) {
  customers(after: $after) { nodes { id } } } }"""
PATH = ["subaccount", "loyaltyProgram", "members"]


async def listed(api: Api, who: Who, fleet: Fleet, **asked: Any) -> dict[str, Any]:
    found = await api.get(who, MEMBERS, id=fleet.id, **asked)
    page: dict[str, Any] = found["subaccount"]["loyaltyProgram"]["members"]
    return page


async def member(fleet: Fleet, **changed: Any) -> str:
    """A customer whose points once moved."""
    customer_id = await fleet.customer(**changed)
    await fleet.post(customer_id, 5, "BONUS", account="POINTS")
    return customer_id


def nodes(*customer_ids: str) -> list[dict[str, str]]:
    return [{"id": id} for id in customer_ids]


async def test_members_are_those_whose_points_ever_moved_the_newest_first(
    make: Make, fleet: Fleet, api: Api
) -> None:
    first = await member(fleet)
    await fleet.customer(balance=500)
    second = await member(fleet)
    await fleet.post(second, -5, "REDEEM", account="POINTS")
    gone = await member(fleet)
    await fleet.change(gone, deleted_at=JOINED)
    await member(await make.fleet())

    page = await listed(api, await fleet.operator(Role.VIEWER), fleet)

    assert page["nodes"] == nodes(second, first)
    assert page["totalCount"] == {"value": 2, "exact": True}


async def test_members_page_both_ways_under_cursors_of_their_own(fleet: Fleet, api: Api) -> None:
    who = await fleet.operator()
    old, middle, new = [await member(fleet) for _ in range(3)]

    front = await listed(api, who, fleet, first=2)
    middle_cursor = front["edges"][1]["cursor"]
    behind = await listed(api, who, fleet, first=2, after=middle_cursor)
    before = await listed(api, who, fleet, last=2, before=middle_cursor)
    refused = await api.ask(who, CUSTOMERS, id=fleet.id, after=middle_cursor)

    assert (front["nodes"], front["pageInfo"]) == (nodes(new, middle), {"hasNextPage": True})
    assert (behind["nodes"], behind["pageInfo"]) == (nodes(old), {"hasNextPage": False})
    assert before["nodes"] == nodes(new)
    assert codes(refused) == [(["subaccount", "customers"], "BAD_USER_INPUT")]


@pytest.mark.parametrize(
    ("role", "search", "found"),
    [
        (Role.VIEWER, "love", True),
        (Role.VIEWER, "ADA@rider", True),
        (Role.ANALYST, "love", True),
        (Role.ANALYST, "ADA@rider", False),
        (Role.VIEWER, "hopper", False),
    ],
)
async def test_a_search_finds_members_alone_by_what_the_caller_may_read(
    fleet: Fleet, api: Api, role: Role, search: str, found: bool
) -> None:
    ada = await member(fleet, email="ada@rider.example")
    await fleet.customer(email="ada@rider.example.org")
    await member(fleet, name="Grace", email="grace@rider.example")

    page = await listed(api, await fleet.operator(role), fleet, search=search)

    assert page["nodes"] == (nodes(ada) if found else [])
    assert page["totalCount"] == {"value": int(found), "exact": True}


async def test_a_search_of_one_letter_is_refused(fleet: Fleet, api: Api) -> None:
    answer = await api.ask(await fleet.operator(), MEMBERS, id=fleet.id, search="a")

    assert codes(answer) == [(PATH, "BAD_USER_INPUT")]


async def test_a_partner_lists_members_by_the_scope_of_loyalty_and_a_rider_never(
    fleet: Fleet, api: Api
) -> None:
    ada = await member(fleet)
    partner = await fleet.partner(Scope.LOYALTY_READ)
    others = [await fleet.partner(Scope.CUSTOMERS_READ), await fleet.rider(ada)]

    page = await listed(api, partner, fleet)
    refused = [await api.ask(who, MEMBERS, id=fleet.id) for who in others]

    assert page["nodes"] == nodes(ada)
    assert [code for answer in refused for _, code in codes(answer)] == ["FORBIDDEN"] * 2
