"""What goes wrong, in which order it is told, and that nothing of our insides is."""

from typing import Any

import pytest

from db import wallet as store
from domain.access import Role
from tests.api import Api, codes
from tests.make import Fleet, Make, usd

CREDIT = """
mutation ($input: AddWalletCreditInput!) {
  addWalletCredit(input: $input) { userErrors { code } }
}
"""


def credit(customer: str, amount: str) -> dict[str, Any]:
    return {"customerId": customer, "amount": usd(amount), "idempotencyKey": "k"}


@pytest.mark.rule("GEN-2")
async def test_credential_then_right_then_reach_then_input(
    api: Api, fleet: Fleet, make: Make
) -> None:
    own, stranger = await fleet.customer(), await make.fleet()
    theirs = await stranger.customer()
    analyst, clerk = await fleet.operator(Role.ANALYST), await fleet.operator()
    wrong_in_every_way = credit("no id", "-1")

    nobody = await api.answer(None, CREDIT, input=wrong_in_every_way)
    without_right = await api.ask(analyst, CREDIT, input=wrong_in_every_way)
    out_of_reach = await api.get(clerk, CREDIT, input=credit(theirs, "-1"))
    wrong_input = await api.get(clerk, CREDIT, input=credit(own, "-1"))

    assert nobody.status_code == 401
    assert codes(nobody.json()) == [(None, "UNAUTHENTICATED")]
    assert codes(without_right) == [(["addWalletCredit"], "FORBIDDEN")]
    assert out_of_reach == {"addWalletCredit": {"userErrors": [{"code": "NOT_FOUND"}]}}
    assert wrong_input == {"addWalletCredit": {"userErrors": [{"code": "INVALID_AMOUNT"}]}}
    assert await fleet.kept() == await stranger.kept() == {"entry": 0, "audit_entry": 0}


@pytest.mark.rule("GEN-3")
@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ customer(id: "x") { id } }', "BAD_USER_INPUT"),
        ('{ vehicle(id: "veh_00000000000000000000000000") { imei } me { id } }', "FORBIDDEN"),
    ],
)
async def test_every_error_has_a_code_and_the_id_of_its_request(
    api: Api, fleet: Fleet, document: str, code: str
) -> None:
    answer = await api.answer(await fleet.operator(), document)

    assert {found for _, found in codes(answer.json())} == {code}
    told = {error["extensions"]["requestId"] for error in answer.json()["errors"]}
    assert told == {answer.headers["x-request-id"]}
    assert all(id.startswith("req_") for id in told)


@pytest.mark.rule("GEN-3")
async def test_a_bug_is_masked_and_logged_under_the_id_of_its_request(
    api: Api, fleet: Fleet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    customer = await fleet.customer(balance=100)
    monkeypatch.setattr(store, "Wallet", lambda *_: 1 / 0)

    answer = await api.ask(
        await fleet.operator(),
        "query ($id: ID!) { customer(id: $id) { name wallet { balance { amount } } } }",
        id=customer,
    )

    (error,) = answer["errors"]
    assert answer["data"] == {"customer": {"name": "Ada Lovelace", "wallet": None}}
    assert (error["path"], error["extensions"]["code"]) == (["customer", "wallet"], "INTERNAL")
    assert "division" not in str(answer)
    assert error["extensions"]["requestId"] in caplog.text
    assert "Ada" not in caplog.text


@pytest.mark.rule("GEN-3")
async def test_a_database_that_fails_is_told_as_ours_and_the_pool_is_whole_again(
    api: Api, fleet: Fleet, make: Make
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    document = "query ($id: ID!) { customer(id: $id) { notes { nodes { text } } } }"
    await make.store.execute("REVOKE SELECT ON customer_note FROM kickstand_app")

    try:
        broken = await api.ask(clerk, document, id=customer)
    finally:
        await make.store.execute("GRANT SELECT ON customer_note TO kickstand_app")
    mended = await api.get(clerk, document, id=customer)

    assert codes(broken) == [(["customer", "notes"], "INTERNAL")]
    assert "customer_note" not in str(broken)
    assert mended == {"customer": {"notes": {"nodes": []}}}
