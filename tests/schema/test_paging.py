"""Connections: keyset pages both ways, and cursors that belong to one list of one owner."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from domain import page as pages
from domain.ids import Prefix
from domain.page import Place
from tests.api import Api, codes
from tests.make import JOINED, Fleet, Make, new

ACTIVITY = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
       $filter: WalletActivityFilter) {
  customer(id: $id) { wallet { activity(
    first: $first, after: $after, last: $last, before: $before, filter: $filter
  ) {
    edges { cursor node { id } } nodes { id note kind account amount { amount } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } } }
}
"""
CUSTOMERS = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  subaccount(id: $id) { customers(first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }
}
"""


async def activity(api: Api, fleet: Fleet, customer: str, **arguments: Any) -> dict[str, Any]:
    data = await api.get(await fleet.operator(), ACTIVITY, id=customer, **arguments)
    page: dict[str, Any] = data["customer"]["wallet"]["activity"]
    return page


@pytest.mark.rule("WAL-11")
async def test_activity_pages_newest_first_over_both_accounts_and_back(
    api: Api, fleet: Fleet
) -> None:
    customer = await fleet.customer()
    for place in range(7):
        account = "BONUS" if place % 2 else "BALANCE"
        kind = "BONUS" if place % 2 else "CREDIT"
        await fleet.post(customer, 100 + place, kind, account=account, note=str(place))

    first = await activity(api, fleet, customer, first=3)
    second = await activity(api, fleet, customer, first=3, after=first["pageInfo"]["endCursor"])
    third = await activity(api, fleet, customer, first=3, after=second["pageInfo"]["endCursor"])
    back = await activity(api, fleet, customer, last=3, before=third["pageInfo"]["startCursor"])
    oldest = await activity(api, fleet, customer, last=2)

    notes = [[node["note"] for node in page["nodes"]] for page in (first, second, third)]
    assert notes == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert [node["note"] for node in back["nodes"]] == ["3", "2", "1"]
    assert [node["note"] for node in oldest["nodes"]] == ["1", "0"]
    goes_on = [
        (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"])
        for page in (first, second, third, back, oldest)
    ]
    assert goes_on == [(False, True), (True, True), (True, False), (True, True), (True, False)]
    assert [edge["cursor"] for edge in first["edges"]][::2] == [
        first["pageInfo"]["startCursor"],
        first["pageInfo"]["endCursor"],
    ]


@pytest.mark.rule("WAL-11")
@pytest.mark.parametrize(
    ("only", "notes"),
    [
        ({"accounts": ["BONUS"]}, ["bonus"]),
        ({"accounts": ["BALANCE"]}, ["fee", "credit"]),
        ({"kinds": ["FEE", "BONUS"]}, ["fee", "bonus"]),
        ({"kinds": []}, []),
        ({"accounts": ["BONUS"], "kinds": ["FEE"]}, []),
        ({"from": "2020-01-01T00:00:00Z"}, ["fee", "bonus", "credit"]),
        ({"from": "2999-01-01T00:00:00Z"}, []),
        ({"to": "2020-01-01T00:00:00+02:00"}, []),
        ({"from": "2999-01-01T00:00:00Z", "to": "2020-01-01T00:00:00Z"}, []),
    ],
)
async def test_activity_is_filtered_by_account_kind_and_time(
    api: Api, fleet: Fleet, only: Mapping[str, Any], notes: list[str]
) -> None:
    customer = await fleet.customer()
    await fleet.post(customer, 500, "CREDIT", note="credit")
    await fleet.post(customer, 300, "BONUS", account="BONUS", note="bonus")
    await fleet.post(customer, -900, "FEE", note="fee")

    page = await activity(api, fleet, customer, filter=only)

    assert [node["note"] for node in page["nodes"]] == notes


async def test_customers_come_newest_first_without_the_deleted(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    made = [
        await fleet.customer(joined_at=JOINED + timedelta(minutes=place // 2)) for place in range(5)
    ]
    await fleet.customer(deleted_at=JOINED)

    async def page(**arguments: Any) -> tuple[list[str], dict[str, Any]]:
        data = await api.get(clerk, CUSTOMERS, id=fleet.id, **arguments)
        found = data["subaccount"]["customers"]
        return [node["id"] for node in found["nodes"]], found["pageInfo"]

    newest, info = await page(first=3)
    rest, _ = await page(first=3, after=info["endCursor"])
    back, _ = await page(last=3, before=info["endCursor"])

    by_time = sorted(((place // 2, id) for place, id in enumerate(made)), reverse=True)
    ordered = [id for _, id in by_time]
    assert newest + rest == ordered
    assert back == ordered[:2]


@pytest.mark.parametrize(
    "arguments",
    [
        {"first": 0},
        {"first": -1},
        {"first": 101},
        {"last": 0},
        {"last": 101},
        {"first": 1, "last": 1},
        {"after": ""},
        {"after": "no cursor"},
        {"after": "\0"},
        {"after": "é"},
        {"after": urlsafe_b64encode(b"123456" + b"@0|cust_x").decode()},
        {"after": urlsafe_b64encode(b"123456" + b"@" + b"9" * 400 + b"|x").decode()},
        {"before": pages.cursor("other|list", Place(JOINED, "wtx_x"))},
    ],
)
async def test_what_cannot_be_a_page_is_bad_input(
    api: Api, fleet: Fleet, arguments: dict[str, Any]
) -> None:
    customer = await fleet.customer(balance=100)

    answer = await api.ask(await fleet.operator(), ACTIVITY, id=customer, **arguments)

    assert codes(answer) == [(["customer", "wallet", "activity"], "BAD_USER_INPUT")]


async def test_a_cursor_of_another_list_or_owner_is_bad_input(
    api: Api, fleet: Fleet, make: Make
) -> None:
    ada, bob = await fleet.customer(balance=100), await fleet.customer(balance=100)
    clerk, stranger = await fleet.operator(), await make.fleet()
    of_ada = (await activity(api, fleet, ada))["pageInfo"]["endCursor"]
    listed = await api.get(clerk, CUSTOMERS, id=fleet.id)
    of_fleet = listed["subaccount"]["customers"]["pageInfo"]["endCursor"]
    everywhere = await make.operator(fleet, stranger)

    answers = [
        await api.ask(clerk, ACTIVITY, id=bob, after=of_ada),
        await api.ask(clerk, ACTIVITY, id=ada, after=of_fleet),
        await api.ask(everywhere, CUSTOMERS, id=stranger.id, after=of_fleet),
    ]

    assert [[code for _, code in codes(answer)] for answer in answers] == [["BAD_USER_INPUT"]] * 3


NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def test_one_bad_id_is_null_at_its_place_only(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    missing = new(Prefix.CUSTOMER)

    answer = await api.ask(
        await fleet.operator(), NODES, ids=[fleet.id, "no id", customer, missing, "\0"]
    )

    assert answer["data"]["nodes"] == [
        {"__typename": "Subaccount", "id": fleet.id},
        None,
        {"__typename": "Customer", "id": customer},
        None,
        None,
    ]
    assert codes(answer) == [(["nodes", 1], "BAD_USER_INPUT"), (["nodes", 4], "BAD_USER_INPUT")]


async def test_a_hundred_ids_are_the_most(api: Api, fleet: Fleet) -> None:
    answer = await api.ask(await fleet.operator(), NODES, ids=[fleet.id] * 101)

    assert {code for _, code in codes(answer)} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("field", ["customer", "subaccount", "ride", "vehicle", "node"])
@pytest.mark.parametrize("id", ["", "no id", "\0", "cust_\0", "💥", "cust_" + "z" * 26, "x" * 9999])
async def test_a_text_that_never_was_an_id_is_bad_input(
    api: Api, fleet: Fleet, field: str, id: str
) -> None:
    answer = await api.ask(
        await fleet.operator(), f"query ($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=id
    )

    assert answer["data"] == {field: None}
    assert codes(answer) == [([field], "BAD_USER_INPUT")]
