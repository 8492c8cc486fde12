"""The trail of a whole fleet: what was done, by whom, on whom, and when (AUD-1)."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.ids import Prefix
from tests.api import Api
from tests.make import Fleet, Make, Who, new
from tests.trail import entry, page

WHOLE = """
query ($id: ID!) { subaccount(id: $id) { auditLog { nodes {
  action note changes ipAddress requestId createdAt hash customer { id name }
  actor { __typename ... on Operator { id name } ... on SystemActor { name } }
} } } }
"""


async def test_the_log_has_all_that_was_done_to_customers_and_to_the_fleet(
    api: Api, fleet: Fleet
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await entry(fleet, "Cheaper rides")
    changes = {"before": {"blocked": False}, "after": {"blocked": True}}
    await entry(
        fleet,
        "Damage",
        minute=1,
        actor=clerk.id,
        action="block_customer",
        customer_id=customer,
        changes=changes,
        ip_address="203.0.113.7",
        request_id="req_1",
    )

    found = await api.get(clerk, WHOLE, id=fleet.id)

    assert found["subaccount"]["auditLog"]["nodes"] == [
        {
            "action": "block_customer",
            "note": "Damage",
            "changes": '{"after": {"blocked": true}, "before": {"blocked": false}}',
            "ipAddress": "203.0.113.7",
            "requestId": "req_1",
            "createdAt": "2026-01-15T12:01:00Z",
            "hash": None,
            "customer": {"id": customer, "name": "Ada Lovelace"},
            "actor": {"__typename": "Operator", "id": clerk.id, "name": "Olga Operator"},
        },
        {
            "action": "edit_policy",
            "note": "Cheaper rides",
            "changes": None,
            "ipAddress": None,
            "requestId": None,
            "createdAt": "2026-01-15T12:00:00Z",
            "hash": None,
            "customer": None,
            "actor": {"__typename": "SystemActor", "name": "test"},
        },
    ]


class Told:
    """A fleet with a trail of ten entries by four kinds of actors, a letter each, in order."""

    def __init__(self, fleet: Fleet, who: Who, ids: Mapping[str, str]) -> None:
        self.fleet, self.who, self.ids = fleet, who, ids

    def filter(self, only: Mapping[str, Any]) -> dict[str, Any]:
        """A filter in which people go by their names."""
        people = {
            name: self._ids(only[name]) for name in ("actorIds", "customerId") if name in only
        }
        return {**only, **people}

    def _ids(self, named: Any) -> Any:
        if isinstance(named, list):
            return [self._ids(name) for name in named]
        return self.ids.get(named, named)


@pytest.fixture
async def told(fleet: Fleet, make: Make) -> Told:
    operators = {name: (await fleet.operator()).id for name in ("olga", "omar")}
    customers = {name: await fleet.customer() for name in ("ada", "bob")}
    elsewhere = await make.fleet()
    foreign = {"stranger": (await elsewhere.operator()).id, "eve": await elsewhere.customer()}
    key = {"key": (await fleet.partner()).id, "nobody": new(Prefix.OPERATOR)}
    ids = {**operators, **customers, **foreign, **key, "sweep": "sys:sweep"}
    await entry(elsewhere, "?", actor=ids["stranger"], customer_id=ids["eve"])
    done = [
        ("a", "olga", "credit", "ada"),
        ("b", "omar", "credit", "bob"),
        ("c", "olga", "block", "bob"),
        ("d", "sweep", "expire", None),
        ("e", "key", "credit", "ada"),
        ("f", "ada", "rename", "ada"),
        ("g", "olga", "policy", None),
        ("h", "omar", "block", "ada"),
        ("i", "omar", "policy", None),
        ("j", "olga", "credit", "bob"),
    ]
    for minute, (note, actor, action, customer) in enumerate(done):
        told = {"action": action, "customer_id": customer and ids[customer]}
        await entry(fleet, note, minute=minute, actor=ids[actor], **told)
    return Told(fleet, await fleet.operator(), ids)


@pytest.mark.parametrize(
    ("only", "notes"),
    [
        ({}, "jihgfedcba"),
        ({"actorIds": None, "actions": None, "customerId": None}, "jihgfedcba"),
        ({"actorIds": ["olga"]}, "jgca"),
        ({"actorIds": ["sweep", "key"]}, "ed"),
        ({"actorIds": ["omar", "ada", "omar"]}, "ihfb"),
        ({"actorIds": []}, ""),
        ({"actorIds": ["nobody"]}, ""),
        ({"actorIds": ["stranger", "omar"]}, "ihb"),
        ({"actorIds": ["sys:other", "sys:"]}, ""),
        ({"actions": ["credit"]}, "jeba"),
        ({"actions": ["policy", "block"]}, "ihgc"),
        ({"actions": ["Credit", "", "💥", "%"]}, ""),
        ({"actions": []}, ""),
        ({"actorIds": ["olga", "omar"], "actions": ["credit", "block"]}, "jhcba"),
        ({"actorIds": ["olga"], "actions": []}, ""),
        ({"actorIds": [], "actions": ["credit"]}, ""),
        ({"customerId": "ada"}, "hfea"),
        ({"customerId": "eve"}, ""),
        ({"customerId": "olga"}, ""),
        ({"customerId": "bob", "actorIds": ["olga", "key"]}, "jc"),
        ({"customerId": "ada", "actions": ["credit", "rename"]}, "fea"),
        ({"customerId": "ada", "actions": []}, ""),
        ({"customerId": "ada", "actorIds": []}, ""),
        ({"from": "2026-01-15T12:07:00Z"}, "jih"),
        ({"to": "2026-01-15T12:02:00Z"}, "ba"),
        ({"from": "2026-01-15T13:03:00+01:00", "to": "2026-01-15T12:05:00Z"}, "ed"),
        ({"from": "2026-01-15T12:05:00Z", "to": "2026-01-15T12:05:00Z"}, ""),
        ({"from": "2026-01-15T12:05:00Z", "to": "2026-01-15T12:03:00Z"}, ""),
        ({"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59.999999Z"}, "jihgfedcba"),
        ({"from": "2026-01-15T12:01:00Z", "actorIds": ["olga", "omar"], "actions": ["credit"]},
         "jb"),
        ({"to": "2026-01-15T12:07:00Z", "customerId": "ada", "actorIds": ["olga", "key"]}, "ea"),
    ],
)  # fmt: skip
async def test_the_log_is_filtered_by_whom_what_and_when(
    api: Api, told: Told, only: Mapping[str, Any], notes: str
) -> None:
    forward, _ = await page(api, told.fleet, told.who, filter=told.filter(only))
    back, _ = await page(api, told.fleet, told.who, filter=told.filter(only), last=20)

    assert (forward, back) == (notes, notes)


@pytest.mark.parametrize(
    ("only", "notes"),
    [
        (None, "jihgfedcba"),
        ({"actorIds": ["olga", "omar", "key"]}, "jihgecba"),
        ({"actions": ["credit", "block"]}, "jhecba"),
        ({"actorIds": ["omar", "olga"], "actions": ["block", "policy", "credit"]}, "jihgcba"),
        ({"customerId": "ada"}, "hfea"),
        ({"from": "2026-01-15T12:02:00Z", "to": "2026-01-15T12:09:00Z"}, "ihgfedc"),
        ({"actions": ["credit", "block"], "to": "2026-01-15T12:09:00Z"}, "hecba"),
        ({"actorIds": ["omar", "olga"], "from": "2026-01-15T12:01:00Z"}, "jihgcb"),
    ],
)
async def test_pages_of_every_filter_have_every_entry_once_forward_and_back(
    api: Api, told: Told, only: Mapping[str, Any] | None, notes: str
) -> None:
    asked = {"filter": only and told.filter(only)}
    pages, turned = -(-len(notes) // 3), []

    at: dict[str, Any] = {"endCursor": None}
    for _ in range(pages):
        letters, at = await page(api, told.fleet, told.who, **asked, first=3, after=at["endCursor"])
        turned.append((letters, at["hasPreviousPage"], at["hasNextPage"]))
    assert turned == [
        (notes[start : start + 3], start > 0, start + 3 < len(notes))
        for start in range(0, len(notes), 3)
    ]

    turned, at = [], {"startCursor": None}
    for _ in range(pages):
        before = at["startCursor"]
        letters, at = await page(api, told.fleet, told.who, **asked, last=3, before=before)
        turned.append((letters, at["hasPreviousPage"], at["hasNextPage"]))
    assert turned == [
        (notes[max(end - 3, 0) : end], end > 3, end < len(notes))
        for end in range(len(notes), 0, -3)
    ]


async def test_entries_of_one_instant_go_by_their_ids(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    made = [(await entry(fleet, note, actor=clerk.id), note) for note in "abcde"]
    newest_first = "".join(note for _, note in sorted(made, reverse=True))

    for only in (None, {"actorIds": [clerk.id, "sys:test"]}):
        first, at = await page(api, fleet, clerk, filter=only, first=2)
        rest, _ = await page(api, fleet, clerk, filter=only, after=at["endCursor"])
        last, at = await page(api, fleet, clerk, filter=only, last=2)
        head, _ = await page(api, fleet, clerk, filter=only, last=4, before=at["startCursor"])

        assert (first + rest, head + last) == (newest_first, newest_first)
