"""What is another fleet's does not exist: byte for byte (ROL-4)."""

import re
from collections.abc import Mapping

import pytest

from domain.access import Role, Scope
from domain.ids import Prefix
from resolvers.node import NODES
from tests.api import Api
from tests.demo import DemoFleet
from tests.make import Fleet, Who, new

TABLES: Mapping[Prefix, str] = {
    Prefix.ACHIEVEMENT: "achievement",
    Prefix.AUDIT: "audit_entry",
    Prefix.CHALLENGE: "challenge",
    Prefix.CUSTOMER: "customer",
    Prefix.NOTE: "customer_note",
    Prefix.NOTIFICATION: "notification",
    Prefix.OPERATOR: "operator",
    Prefix.PARTNER_KEY: "partner_key",
    Prefix.PAYMENT_METHOD: "payment_method",
    Prefix.PLAN: "plan",
    Prefix.POINTS_TRANSACTION: "entry",
    Prefix.PROMO_CODE: "promo_code",
    Prefix.PROMO_REDEMPTION: "promo_redemption",
    Prefix.PURCHASE: "package_purchase",
    Prefix.REFERRAL_TIER: "referral_tier",
    Prefix.REGION: "region",
    Prefix.RIDE: "ride",
    Prefix.RIDE_PACKAGE: "ride_package",
    Prefix.RIDE_SUBSCRIPTION: "ride_subscription",
    Prefix.SUBACCOUNT: "subaccount",
    Prefix.TIER: "loyalty_tier",
    Prefix.TRANSACTION: "entry",
    Prefix.VEHICLE: "vehicle",
    Prefix.ZONE: "zone",
}
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
OF_A_CUSTOMER = {
    Prefix.AUDIT,
    Prefix.CUSTOMER,
    Prefix.NOTE,
    Prefix.NOTIFICATION,
    Prefix.PAYMENT_METHOD,
    Prefix.POINTS_TRANSACTION,
    Prefix.PROMO_REDEMPTION,
    Prefix.PURCHASE,
    Prefix.RIDE,
    Prefix.RIDE_SUBSCRIPTION,
    Prefix.TRANSACTION,
}


async def an_id(demo: DemoFleet, prefix: Prefix) -> str:
    """One that the demo's first fleet has, of each kind."""
    table = TABLES[prefix]
    owner = {"operator": "role = 'ADMIN'", "subaccount": "id = $1"}.get(table, "subaccount_id = $1")
    if prefix is Prefix.PARTNER_KEY:
        await demo.fleet.partner()
    found = await demo.make.store.fetchval(
        f"SELECT id FROM {table} WHERE {owner} AND id LIKE $2 AND $1 <> '' LIMIT 1",  # noqa: S608
        demo.fleet.id,
        f"{prefix}\\_%",
    )
    assert found is not None, f"the demo has no {table}"
    return str(found)


async def stranger(demo: DemoFleet) -> Who:
    """An operator with every right, in a fleet of its own."""
    elsewhere: Fleet = await demo.make.fleet()
    return await elsewhere.operator(Role.GLOBAL_ADMIN)


def test_every_kind_of_node_is_tried() -> None:
    assert set(TABLES) == set(NODES)


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize("prefix", TABLES)
async def test_a_node_of_another_fleet_is_answered_as_a_missing_one(
    demo_api: Api, demo: DemoFleet, prefix: Prefix
) -> None:
    id, missing, trespasser = await an_id(demo, prefix), new(prefix), await stranger(demo)
    own = demo.operator(Role.SUPER_ADMIN)

    seen = await demo_api.get(own, NODE, id=id)
    theirs = await demo_api.answer(trespasser, NODE, id=id)
    nowhere = await demo_api.answer(trespasser, NODE, id=missing)

    assert seen["node"]["id"] == id
    assert theirs.content == nowhere.content == b'{"data":{"node":null}}'


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize("prefix", sorted(OF_A_CUSTOMER))
async def test_what_is_another_riders_is_answered_as_missing_or_forbidden_alike(
    demo_api: Api, demo: DemoFleet, prefix: Prefix
) -> None:
    somebody = await demo.fleet.customer(number=10_000_000 + sorted(OF_A_CUSTOMER).index(prefix))
    rider = await demo.fleet.rider(somebody)
    id, missing = await an_id(demo, prefix), new(prefix)

    theirs = await demo_api.answer(rider, NODE, id=id)
    nowhere = await demo_api.answer(rider, NODE, id=missing)

    assert plain(theirs.content) == plain(nowhere.content)
    assert theirs.json()["data"] == {"node": None}


DOCUMENTS = {
    "customer": "query ($id: ID!) { customer(id: $id) { id name } }",
    "ride": "query ($id: ID!) { ride(id: $id) { id customer { name } } }",
    "vehicle": "query ($id: ID!) { vehicle(id: $id) { id code } }",
    "subaccount": "query ($id: ID!) { subaccount(id: $id) { id customers { nodes { id } } } }",
    "customerBy": 'query ($id: ID!) { customerBy(subaccountId: $id, key: {customerNumber: "1"})'
    " { id } }",
}
KINDS = {
    "customer": Prefix.CUSTOMER,
    "ride": Prefix.RIDE,
    "vehicle": Prefix.VEHICLE,
    "subaccount": Prefix.SUBACCOUNT,
    "customerBy": Prefix.SUBACCOUNT,
}


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize("field", DOCUMENTS)
async def test_an_id_argument_leads_into_no_other_fleet(
    demo_api: Api, demo: DemoFleet, field: str
) -> None:
    id, missing = await an_id(demo, KINDS[field]), new(KINDS[field])
    trespasser = await stranger(demo)

    answers = [await demo_api.answer(trespasser, DOCUMENTS[field], id=one) for one in (id, missing)]

    assert answers[0].content == answers[1].content == f'{{"data":{{"{field}":null}}}}'.encode()


@pytest.mark.rule("ROL-4")
async def test_a_vehicle_of_another_fleet_has_no_rides_in_mine(
    demo_api: Api, demo: DemoFleet
) -> None:
    elsewhere = await demo.make.fleet()
    trespasser = await elsewhere.operator(Role.GLOBAL_ADMIN)
    document = "query ($f: ID!, $v: ID!) { subaccount(id: $f) { rides(vehicleId: $v)"
    document += " { nodes { id } } } }"
    theirs, missing = demo.variables["vehicle"], new(Prefix.VEHICLE)

    answers = [
        await demo_api.answer(trespasser, document, f=elsewhere.id, v=vehicle)
        for vehicle in (theirs, missing)
    ]

    assert answers[0].content == answers[1].content
    assert answers[0].json() == {"data": {"subaccount": {"rides": {"nodes": []}}}}


@pytest.mark.rule("ROL-4")
@pytest.mark.parametrize(("role", "scope"), [(Role.SERVICE_TECH, None), (None, Scope.WALLET_READ)])
async def test_lists_of_what_one_may_not_see_are_empty(
    demo_api: Api, demo: DemoFleet, role: Role | None, scope: Scope | None
) -> None:
    who = demo.operator(role) if role else await demo.fleet.partner(*[scope] if scope else [])
    document = "query ($f: ID!) { subaccount(id: $f) { plans { id } ridePackages { id }"
    document += " zones { id } } }"

    seen = (await demo_api.get(who, document, f=demo.fleet.id))["subaccount"]

    assert (seen["plans"], seen["ridePackages"]) == ([], [])
    assert bool(seen["zones"]) is (role is Role.SERVICE_TECH)


def plain(content: bytes) -> bytes:
    """An answer without the id of its request."""
    return re.sub(rb"req_\w+", b"req", content)
