"""The log of a fleet and those who are not to read it, or not so (ROL-4, ROL-5)."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import Role, Scope
from domain.ids import Prefix
from tests.api import Api, codes
from tests.make import Fleet, Make, Who, new
from tests.statements import data, sent
from tests.trail import LOG, entry, page

TRAIL = "query ($id: ID!) { customer(id: $id) { auditTrail { pageInfo { endCursor } } } }"
NODE = "query ($id: ID!) { node(id: $id) { id } }"
FLEETS = """
query ($filter: AuditFilter) { subaccounts { auditLog(filter: $filter) { nodes {
  actor { __typename } customer { name }
} } } }
"""
PATH = ["subaccount", "auditLog"]


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": {"actorIds": ["olga"]}},
        {"filter": {"actorIds": [""]}},
        {"filter": {"actorIds": ["sys:\0"]}},
        {"filter": {"actorIds": ["opr_" + "z" * 26]}},
        {"filter": {"actorIds": [new(Prefix.OPERATOR), "x"]}},
        {"filter": {"actorIds": ["sys:x"] * 51}},
        {"filter": {"actions": ["credit\0"]}},
        {"filter": {"actions": ["a"] * 51}},
        {"filter": {"customerId": ""}},
        {"filter": {"customerId": "cust_\0"}},
        {"filter": {"customerId": "x" * 10_000}},
        {"first": 0},
        {"first": -1},
        {"first": 101},
        {"first": 1, "last": 1},
        {"after": ""},
        {"after": "no cursor"},
        {"before": "\0"},
    ],
)
async def test_what_cannot_be_read_is_bad_input(
    api: Api, fleet: Fleet, asked: Mapping[str, Any]
) -> None:
    answer = await api.ask(await fleet.operator(), LOG, id=fleet.id, **asked)

    assert codes(answer) == [(PATH, "BAD_USER_INPUT")]
    assert answer["data"] == {"subaccount": {"auditLog": None}}


async def test_fifty_values_are_read(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    await entry(fleet, "a")
    values = [str(place) for place in range(49)]
    only = {"actorIds": ["sys:test", *(f"sys:{value}" for value in values)]}

    found, _ = await page(api, fleet, clerk, filter={**only, "actions": ["edit_policy", *values]})

    assert found == "a"


@pytest.mark.rule("ROL-4")
async def test_no_filter_and_no_cursor_leads_into_another_fleet(api: Api, make: Make) -> None:
    here, there = await make.fleet(), await make.fleet()
    customer = await there.customer()
    clerk, colleague = await here.operator(Role.GLOBAL_ADMIN), await there.operator()
    foreign = await entry(there, "x", actor=colleague.id, customer_id=customer)
    missing = {"customerId": new(Prefix.CUSTOMER)}, {"actorIds": [new(Prefix.OPERATOR)]}
    theirs = {"customerId": customer}, {"actorIds": [colleague.id]}

    trespass = await api.ask(clerk, LOG, id=there.id)
    node = await api.get(clerk, NODE, id=foreign)
    answers = [
        [(await api.answer(clerk, LOG, id=here.id, filter=only)).content for only in pair]
        for pair in zip(theirs, missing, strict=True)
    ]

    assert trespass == {"data": {"subaccount": None}}
    assert node == {"node": None}
    for foreign_answer, missing_answer in answers:
        assert foreign_answer == missing_answer


async def test_a_cursor_of_another_list_or_fleet_is_bad_input(api: Api, make: Make) -> None:
    here, there = await make.fleet(), await make.fleet()
    everywhere, customer = await make.operator(here, there), await here.customer()
    await entry(there, "x")
    await entry(here, "y", customer_id=customer)
    only = {"customerId": customer}
    _, of_there = await page(api, there, everywhere)
    _, of_here = await page(api, here, everywhere)
    _, of_customer = await page(api, here, everywhere, filter=only)
    trail = (await api.get(everywhere, TRAIL, id=customer))["customer"]["auditTrail"]["pageInfo"]

    answers = [
        await api.ask(everywhere, LOG, id=here.id, after=of_there["endCursor"]),
        await api.ask(everywhere, LOG, id=here.id, after=of_customer["endCursor"]),
        await api.ask(everywhere, LOG, id=here.id, after=trail["endCursor"]),
        await api.ask(everywhere, LOG, id=here.id, after=of_here["endCursor"], filter=only),
    ]

    assert [codes(answer) for answer in answers] == [[(PATH, "BAD_USER_INPUT")]] * 4


@pytest.mark.rule("ROL-5")
async def test_those_who_may_not_read_the_log_are_told_so(api: Api, fleet: Fleet) -> None:
    barred = [
        await fleet.operator(Role.FLEET_MANAGER),
        await fleet.operator(Role.CUSTOMER_SUPPORT),
        await fleet.operator(Role.VIEWER),
        await fleet.partner(*Scope),
        await fleet.rider(await fleet.customer()),
    ]

    answers = [await api.ask(who, LOG, id=fleet.id) for who in barred]

    assert [codes(answer) for answer in answers] == [[(PATH, "FORBIDDEN")]] * len(barred)


@pytest.mark.rule("ROL-4")
async def test_what_was_done_to_the_fleet_exists_for_those_alone_who_read_its_log(
    api: Api, fleet: Fleet
) -> None:
    of_fleet = await entry(fleet, "Cheaper rides")
    of_customer = await entry(fleet, "Damage", customer_id=await fleet.customer())
    admin, clerk = await fleet.operator(Role.ADMIN), await fleet.operator(Role.FLEET_MANAGER)

    async def seen(who: Who, id: str) -> Any:
        return (await api.get(who, NODE, id=id))["node"]

    assert await seen(admin, of_fleet) == {"id": of_fleet}
    assert await seen(clerk, of_fleet) is None
    assert await seen(clerk, of_customer) == {"id": of_customer}


@pytest.mark.parametrize("only", [None, {"actorIds": ["sys:test"]}, {"actions": ["edit_policy"]}])
async def test_two_fleets_take_no_more_statements_than_one(
    api: Api, engine: AsyncEngine, make: Make, only: Mapping[str, Any] | None
) -> None:
    fleets = [await make.fleet() for _ in range(2)]
    for fleet in fleets:
        for _ in range(3):
            await entry(fleet, "x", customer_id=await fleet.customer())
    one, both = await make.operator(fleets[0]), await make.operator(*fleets)

    await api.get(both, FLEETS, filter=only)  # a new connection asks for its types, once
    with sent(engine) as for_one:
        await api.get(one, FLEETS, filter=only)
    with sent(engine) as for_both:
        found = await api.get(both, FLEETS, filter=only)

    assert [len(each["auditLog"]["nodes"]) for each in found["subaccounts"]] == [3, 3]
    assert data(for_both) == data(for_one)
    assert len(data(for_both)) == 3  # the fleets, their entries, whom those name
