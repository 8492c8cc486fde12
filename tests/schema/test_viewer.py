"""Who is asking, and what it may do."""

import pytest

from domain.access import CallerKind, Role, Scope
from server.development import RIDERS
from tests.api import Api, codes
from tests.conftest import Clock
from tests.make import HOUR, JOINED, Fleet, Make, Who

VIEWER = """{ viewer {
  kind locale allowedMutations
  operator { id name email role subaccounts { id } }
  customer { id name } partnerKey { id name prefix scopes rateLimitPerMinute createdAt }
} }"""


@pytest.mark.rule("ROL-1")
async def test_an_operator_sees_itself(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator(Role.CUSTOMER_SUPPORT, locale="de-DE")

    data = await api.get(clerk, VIEWER)

    assert data["viewer"] == {
        "kind": "OPERATOR",
        "locale": "de-DE",
        "allowedMutations": [
            "addCustomerNote",
            "addWalletCredit",
            "refreshPhoneLookup",
            "registerCustomer",
            "sendNotification",
            "updateCustomer",
        ],
        "operator": {
            "id": clerk.id,
            "name": "Olga Operator",
            "email": "olga@fleet.example",
            "role": "CUSTOMER_SUPPORT",
            "subaccounts": [{"id": fleet.id}],
        },
        "customer": None,
        "partnerKey": None,
    }


@pytest.mark.rule("ROL-1")
async def test_a_rider_sees_itself_in_its_own_language(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer(locale="fr-FR")

    data = await api.get(await fleet.rider(customer), VIEWER)

    assert data["viewer"] == {
        "kind": "RIDER",
        "locale": "fr-FR",
        "allowedMutations": ["registerCustomer", "registerDevice", "updateCustomer"],
        "operator": None,
        "customer": {"id": customer, "name": "Ada Lovelace"},
        "partnerKey": None,
    }


@pytest.mark.rule("ROL-1")
async def test_a_partner_sees_its_own_key(api: Api, fleet: Fleet) -> None:
    partner = await fleet.partner(Scope.WALLET_WRITE)

    data = await api.get(partner, VIEWER)

    assert data["viewer"] == {
        "kind": "PARTNER",
        "locale": "en-US",
        "allowedMutations": ["addWalletCredit"],
        "operator": None,
        "customer": None,
        "partnerKey": {
            "id": partner.id,
            "name": "Partner Inc.",
            "prefix": "kst_test",
            "scopes": ["WALLET_WRITE"],
            "rateLimitPerMinute": 600,
            "createdAt": "2026-01-15T12:00:00Z",
        },
    }


async def test_an_unbound_rider_sees_that_it_is_one_and_nothing_else(
    api: Api, fleet: Fleet, make: Make
) -> None:
    customer = await fleet.customer()
    stranger = Who("", make.issuer.mint(CallerKind.RIDER, "nobody yet", HOUR))

    seen = await api.get(stranger, VIEWER)
    refused = await api.ask(
        stranger,
        "query ($c: ID!, $f: ID!) { me { id } customer(id: $c) { id } subaccount(id: $f) { id }"
        " node(id: $c) { id } }",
        c=customer,
        f=fleet.id,
    )

    assert seen["viewer"]["kind"] == "RIDER"
    assert seen["viewer"]["customer"] is None
    assert refused["data"] == {"me": None, "customer": None, "subaccount": None, "node": None}
    assert {code for _, code in codes(refused)} == {"FORBIDDEN"}


async def test_a_rider_of_two_fleets_names_the_one_it_means(
    api: Api, fleet: Fleet, make: Make
) -> None:
    other = await make.fleet()
    here, there = await fleet.customer(), await other.customer()
    for place, customer in ((fleet, here), (other, there)):
        bound = {"issuer": RIDERS, "subject": here, "customer_id": customer}
        await place.row("rider", **bound)
    both = Who(here, make.issuer.mint(CallerKind.RIDER, here, HOUR))

    unsaid = await api.answer(both, "{ me { id } }")
    api.client.headers["X-Subaccount-Id"] = other.id
    said = await api.get(both, "{ me { id } }")

    assert unsaid.status_code == 400
    assert said == {"me": {"id": there}}


async def test_a_deleted_rider_is_nobody(api: Api, fleet: Fleet) -> None:
    rider = await fleet.rider(await fleet.customer(deleted_at=JOINED))

    answer = await api.answer(rider, "{ me { id } }")

    assert answer.status_code == 401


@pytest.mark.rule("ROL-6")
async def test_a_change_of_role_and_a_revocation_count_at_the_next_request(
    api: Api, fleet: Fleet, clock: Clock
) -> None:
    customer = await fleet.customer()
    clerk, partner = await fleet.operator(), await fleet.partner(Scope.CUSTOMERS_READ)
    document = "query ($id: ID!) { customer(id: $id) { id blockedReason } }"
    before = await api.ask(clerk, document, id=customer)

    await fleet.make.store.execute("UPDATE operator SET role = 'VIEWER' WHERE id = $1", clerk.id)
    await fleet.make.store.execute(
        "UPDATE partner_key SET revoked_at = $2 WHERE id = $1", partner.id, clock()
    )
    after = await api.ask(clerk, document, id=customer)
    revoked = await api.answer(partner, document, id=customer)

    assert codes(before) == []
    assert codes(after) == [(["customer", "blockedReason"], "FORBIDDEN")]
    assert revoked.status_code == 401


@pytest.mark.rule("ROL-6")
async def test_an_unassigned_fleet_is_gone_at_the_next_request(api: Api, fleet: Fleet) -> None:
    clerk = await fleet.operator()
    document = "query ($id: ID!) { subaccount(id: $id) { id } subaccounts { id } }"
    before = await api.get(clerk, document, id=fleet.id)

    await fleet.make.store.execute(
        "DELETE FROM operator_assignment WHERE operator_id = $1", clerk.id
    )
    after = await api.get(clerk, document, id=fleet.id)

    assert before == {"subaccount": {"id": fleet.id}, "subaccounts": [{"id": fleet.id}]}
    assert after == {"subaccount": None, "subaccounts": []}


TRAIL = """
query ($id: ID!) { customer(id: $id) { wallet { activity { nodes { actor {
  __typename ... on Operator { id name email role subaccounts { id } }
  ... on PartnerKey { id name prefix } ... on SystemActor { name } } note } } } } }
"""


@pytest.mark.rule("ROL-10")
async def test_riders_and_partners_see_of_others_only_the_name(api: Api, fleet: Fleet) -> None:
    customer = await fleet.customer()
    clerk, other = await fleet.operator(), await fleet.partner(Scope.WALLET_WRITE)
    await fleet.post(customer, 100, actor=clerk.id, note="internal")
    await fleet.post(customer, 100, actor=other.id)
    await fleet.post(customer, -50, "FEE", note="Damaged brake")
    rider = await fleet.rider(customer)
    partner = await fleet.partner(Scope.CUSTOMERS_READ, Scope.WALLET_READ)

    for caller in (rider, partner):
        answer = await api.ask(caller, TRAIL, id=customer)

        fee, by_key, by_operator = answer["data"]["customer"]["wallet"]["activity"]["nodes"]
        assert by_operator["actor"] == {
            "__typename": "Operator",
            "id": clerk.id,
            "name": "Olga Operator",
            "email": None,
            "role": None,
            "subaccounts": None,
        }
        assert by_key["actor"] == {
            "__typename": "PartnerKey",
            "id": other.id,
            "name": "Partner Inc.",
            "prefix": None,
        }
        assert fee["actor"] == {"__typename": "SystemActor", "name": "test"}
        assert by_operator["note"] is None
        assert fee["note"] == ("Damaged brake" if caller is rider else None)
        assert {code for _, code in codes(answer)} == {"FORBIDDEN"}
