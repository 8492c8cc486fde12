"""Closing an account while its money moves: no deleted customer has a debt (CUS-5)."""

import asyncio

import pytest

from domain.ids import Prefix
from tests.api import Api, codes
from tests.make import Fleet, new, usd
from tests.schema.test_delete_customer import DELETE, NAME, broken, delete, refused

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = 'kickstand' AND wait_event_type = 'Lock'
"""
FEE = """
SELECT post_entry(subaccount => $1, customer => $2, account_kind => 'BALANCE', change => -500,
  floor => NULL, entry_id => $3, operation => $4, entry_kind => 'FEE', who => 'sys:test')
"""


async def somebody_waits(fleet: Fleet) -> None:
    """Until a transaction of the server waits for another; the database tells when asked."""
    async with asyncio.timeout(10):
        while not await fleet.make.store.fetchval(WAITING):
            pass


@pytest.mark.rule("CUS-5")
async def test_a_fee_that_is_under_way_is_waited_for(api: Api, fleet: Fleet) -> None:
    customer, admin = await fleet.customer(), await fleet.operator()

    async with fleet.make.store.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('app.subaccounts', $1, true)", fleet.id)
        names = new(Prefix.TRANSACTION), new(Prefix.OPERATION)
        assert await connection.fetchval(FEE, fleet.id, customer, *names) == -500
        deleting = asyncio.create_task(delete(api, admin, customer))
        await somebody_waits(fleet)

    assert await deleting == refused(("OUTSTANDING_DEBT", "customerId"))
    assert await broken(fleet) == []


@pytest.mark.rule("CUS-5")
@pytest.mark.parametrize("rounds", [20, pytest.param(500, marks=pytest.mark.stress)])
async def test_no_fee_slips_into_an_account_that_is_being_closed(
    api: Api, fleet: Fleet, rounds: int
) -> None:
    admin, ends = await fleet.operator(), set()

    for _ in range(rounds):
        customer = await fleet.customer()
        fee = {
            "subaccount": fleet.id, "customer": customer, "account_kind": "BALANCE", "change": -500,
            "floor": None, "entry_id": new(Prefix.TRANSACTION), "operation": new(Prefix.OPERATION),
            "entry_kind": "FEE", "who": "sys:test",
        }  # fmt: skip
        asked = {"customerId": customer, "confirmation": NAME}

        answer, after = await asyncio.gather(
            api.ask(admin, DELETE, input=asked), fleet.called("post_entry", **fee)
        )

        assert codes(answer) == []
        errors = [each["code"] for each in answer["data"]["deleteCustomer"]["userErrors"]]
        assert (errors, after) in [([], None), (["OUTSTANDING_DEBT"], -500)]
        ends.add(after)

    assert ends
    assert await broken(fleet) == []


@pytest.mark.rule("CUS-5")
async def test_credit_that_comes_while_an_account_is_closed_is_booked_before_or_not_at_all(
    api: Api, fleet: Fleet
) -> None:
    admin, credit = (
        await fleet.operator(),
        """mutation ($i: AddWalletCreditInput!) {
      addWalletCredit(input: $i) { wallet { balance { amount } } userErrors { code } } }""",
    )

    for key in range(10):
        customer = await fleet.customer(balance=-500)
        amount = {"customerId": customer, "amount": usd("5"), "idempotencyKey": f"k{key}"}

        credited, deleted = await asyncio.gather(
            api.ask(admin, credit, i=amount),
            api.ask(admin, DELETE, input={"customerId": customer, "confirmation": NAME}),
        )

        assert credited["data"]["addWalletCredit"]["userErrors"] == []
        errors = [each["code"] for each in deleted["data"]["deleteCustomer"]["userErrors"]]
        assert errors in ([], ["OUTSTANDING_DEBT"])

    assert await broken(fleet) == []
