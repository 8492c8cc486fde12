"""The points ledger: its lines, its pages, its filters."""

from typing import Any

from tests import loyal
from tests.api import Api, codes
from tests.make import Fleet, Who

LINES = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
  $filter: LoyaltyActivityFilter) { customer(id: $id) { loyalty { transactions(
    first: $first, after: $after, last: $last, before: $before, filter: $filter) {
  nodes { id kind points balanceAfter reason source basis { base rate multiplier cappedBy }
    actor { __typename ... on Operator { name } ... on SystemActor { name } } ride { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
} } } }"""


async def lines(api: Api, who: Who, customer_id: str, **asked: Any) -> dict[str, Any]:
    found = await api.get(who, LINES, id=customer_id, **asked)
    page: dict[str, Any] = found["customer"]["loyalty"]["transactions"]
    return page


async def test_the_points_ledger_tells_what_was_earned_with_what(fleet: Fleet, api: Api) -> None:
    ada = await loyal.member(fleet)
    who = await fleet.operator()

    page = await lines(api, who, ada.id)

    assert page["nodes"] == [
        {
            "id": ada.adjusted,
            "kind": "ADJUSTMENT",
            "points": -2,
            "balanceAfter": 365,
            "reason": "Counted twice",
            "source": None,
            "basis": None,
            "actor": {"__typename": "Operator", "name": "Mia Manager"},
            "ride": None,
        },
        {
            "id": ada.earned,
            "kind": "EARN",
            "points": 367,
            "balanceAfter": 367,
            "reason": None,
            "source": "RIDE",
            "basis": {"base": "4.50", "rate": "10", "multiplier": "1.5", "cappedBy": 3},
            "actor": {"__typename": "SystemActor", "name": "test"},
            "ride": {"id": ada.ride},
        },
    ]


async def test_the_points_ledger_pages_both_ways_and_holds_no_money(fleet: Fleet, api: Api) -> None:
    ada, who = await fleet.customer(balance=500), await fleet.operator()
    made = [await fleet.post(ada, 10, "EARN", account="POINTS") for _ in range(5)]
    newest_first = made[::-1]

    forward = await lines(api, who, ada, first=2)
    onward = await lines(api, who, ada, first=2, after=forward["pageInfo"]["endCursor"])
    end = await lines(api, who, ada, last=2)
    back = await lines(api, who, ada, last=2, before=end["pageInfo"]["startCursor"])

    pages = [forward, onward, end, back]
    assert [[line["id"] for line in page["nodes"]] for page in pages] == [
        newest_first[0:2],
        newest_first[2:4],
        newest_first[3:5],
        newest_first[1:3],
    ]
    assert [
        (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) for page in pages
    ] == [(False, True), (True, True), (True, False), (True, True)]


async def test_the_points_ledger_is_filtered_by_kind_and_time(fleet: Fleet, api: Api) -> None:
    ada, who = await fleet.customer(), await fleet.operator()
    kinds = ("EARN", "BONUS", "ADJUSTMENT")
    made = {kind: await fleet.post(ada, 10, kind, account="POINTS") for kind in kinds}
    booked = {
        kind: await fleet.make.store.fetchval("SELECT created_at FROM entry WHERE id = $1", id)
        for kind, id in made.items()
    }
    middle = booked["BONUS"].isoformat()
    filters: list[dict[str, Any]] = [
        {"kinds": ["EARN", "ADJUSTMENT"]},
        {"kinds": []},
        {"from": middle},
        {"to": middle},
        {"kinds": ["BONUS"], "from": middle, "to": booked["ADJUSTMENT"].isoformat()},
    ]

    pages = [await lines(api, who, ada, filter=only) for only in filters]

    assert [[line["kind"] for line in page["nodes"]] for page in pages] == [
        ["ADJUSTMENT", "EARN"],
        [],
        ["ADJUSTMENT", "BONUS"],
        ["EARN"],
        ["BONUS"],
    ]


async def test_a_cursor_of_another_list_is_refused(fleet: Fleet, api: Api) -> None:
    ada, bob, who = await fleet.customer(), await fleet.customer(), await fleet.operator()
    for customer_id in (ada, bob):
        await fleet.post(customer_id, 10, "EARN", account="POINTS")
    page = await lines(api, who, ada)

    answer = await api.ask(who, LINES, id=bob, after=page["pageInfo"]["endCursor"])

    assert codes(answer) == [(["customer", "loyalty", "transactions"], "BAD_USER_INPUT")]
