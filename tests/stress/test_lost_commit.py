"""The answer to COMMIT is lost: it is done once, and the answer is true (WAL-0, WAL-8)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from actions import wallet as actions
from actions.action import Performer, Work, action
from db import ledger
from db.address import driven
from db.embedded import Addresses
from db.engine import connect
from domain.access import Operator, Permission, Role
from domain.audit import Change
from domain.fault import Uncertain
from domain.ids import Prefix
from domain.money import Asked, Minor
from domain.origin import Origin
from domain.wallet import Moved, Posting, WalletAccount, WalletTransactionKind
from resolvers import context
from tests.api import Api, codes
from tests.conftest import Clock, connected, served
from tests.make import Fleet, Make, new, usd
from tests.stress.wire import Break, Wire, wire

CREDIT = """mutation ($input: AddWalletCreditInput!) { addWalletCredit(input: $input) {
  transactions { id } replayed userErrors { code } } }"""
DOLLAR = Asked("1.00", "USD")
ORIGIN = Origin("req_test", "203.0.113.7")
AT_ONCE = 8  # fewer than the pool has places
ONCE = {"entry": 1, "audit_entry": 1}
BREAKS = [
    [Break.BEFORE],
    [Break.DURING],
    [Break.AFTER],
    [Break.AFTER, Break.BEFORE],
    [Break.DURING, Break.DURING, Break.AFTER],
]


@action(Permission.ADD_CREDIT)
async def add_dollar(work: Work, customer_id: str) -> Moved:
    """Add a dollar each time, as an action without a key of the client's does."""
    (fleet,) = work.reach.subaccounts
    dollar = Posting(
        fleet, customer_id, WalletAccount.BALANCE, WalletTransactionKind.CREDIT, Minor(100)
    )
    line = work.new_id(Prefix.TRANSACTION)
    names = {"id": line, "operation": work.operation, "actor": work.caller.id}
    await ledger.post(work.connection, work.reach, dollar, **names)
    work.changed(Change(fleet, customer_id, before={}, after={"balance": 100}))
    return Moved(customer_id, [line])


@pytest.fixture
async def breaking(database: Addresses) -> AsyncIterator[tuple[Wire, Performer]]:
    """A performer whose connections lead over a wire that can be told to break."""
    async with wire(database.application) as (broken, url):
        engine = connect(driven(url).render_as_string(hide_password=False))
        performer = Performer(engine, now, deadline=timedelta(seconds=3))
        yield broken, performer
        await performer.drain()
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        await engine.dispose()


@pytest.fixture
async def far_api(database: Addresses, make: Make, clock: Clock) -> AsyncIterator[tuple[Wire, Api]]:
    """The API of a server whose database is behind such a wire."""
    async with (
        wire(database.application) as (broken, url),
        connected(Addresses(database.owner, url)) as engine,
        served(engine, make, clock) as api,
    ):
        yield broken, api


def now() -> datetime:
    return datetime.now(UTC)


def clerk(fleet: Fleet) -> Operator:
    return Operator(new(Prefix.OPERATOR), Role.ADMIN, (fleet.id,))


async def lines(fleet: Fleet) -> list[str]:
    rows = await fleet.make.store.fetch("SELECT id FROM entry WHERE subaccount_id = $1", fleet.id)
    return [row["id"] for row in rows]


@pytest.mark.parametrize("breaks", BREAKS)
async def test_a_lost_commit_of_an_idempotent_action_happens_once(
    breaking: tuple[Wire, Performer], fleet: Fleet, breaks: list[Break]
) -> None:
    broken, performer = breaking
    customer, caller = await fleet.customer(), clerk(fleet)
    credit = (caller, ORIGIN, actions.add_wallet_credit, "k", customer, DOLLAR, None)
    broken.breaks += breaks

    first = await performer(*credit)
    again = await performer(*credit)

    assert broken.breaks == []
    assert first.result is not None
    assert (first.replayed, again.replayed, again.result) == (False, True, first.result)
    assert (await fleet.kept(), await lines(fleet)) == (ONCE, first.result.transaction_ids)


@pytest.mark.parametrize("breaks", BREAKS)
async def test_a_lost_commit_of_another_action_happens_once_too(
    breaking: tuple[Wire, Performer], fleet: Fleet, breaks: list[Break]
) -> None:
    broken, performer = breaking
    customer = await fleet.customer()
    broken.breaks += breaks

    outcome = await performer(clerk(fleet), ORIGIN, add_dollar, None, customer)

    assert broken.breaks == []
    assert outcome.result is not None
    assert (await fleet.kept(), await lines(fleet)) == (ONCE, outcome.result.transaction_ids)


async def test_what_cannot_be_found_out_in_time_is_uncertain_and_never_denied(
    breaking: tuple[Wire, Performer], fleet: Fleet
) -> None:
    broken, performer = breaking
    customer, caller = await fleet.customer(), clerk(fleet)
    credit = (caller, ORIGIN, actions.add_wallet_credit, "k", customer, DOLLAR, None)
    broken.breaks += [Break.DURING] * 1000

    with pytest.raises(Uncertain):
        await performer(*credit)
    broken.breaks.clear()
    again = await performer(*credit)

    assert again.refusals == ()
    assert await fleet.kept() == ONCE


@pytest.mark.rule("WAL-0")
async def test_what_was_done_is_not_denied_where_it_cannot_be_shown(
    far_api: tuple[Wire, Api], fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken, api), clerk = far_api, await fleet.operator()
    asked = {"customerId": await fleet.customer(), "amount": usd("1"), "idempotencyKey": "k"}
    monkeypatch.setattr(context, "PATIENCE_SECONDS", 0.3)
    broken.breaks.append(Break.NEXT)

    answer = await api.answer(clerk, CREDIT, input=asked)
    broken.broken = False
    again = await api.get(clerk, CREDIT, input=asked)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["data"] is None
    assert {code for _, code in codes(answer.json())} == {"OVERLOADED"}
    assert again["addWalletCredit"]["replayed"] is True
    assert await fleet.kept() == ONCE


async def test_an_answer_waits_for_the_database_to_show_what_was_done(
    far_api: tuple[Wire, Api], fleet: Fleet
) -> None:
    (broken, api), clerk = far_api, await fleet.operator()
    asked = {"customerId": await fleet.customer(), "amount": usd("1"), "idempotencyKey": "k"}
    broken.breaks.append(Break.NEXT)

    waiting = asyncio.create_task(api.get(clerk, CREDIT, input=asked))
    await asyncio.wait_for(broken.snapped.wait(), 10)
    await asyncio.sleep(0.3)  # in which it finds nobody
    assert not waiting.done()
    broken.broken = False
    payload = (await asyncio.wait_for(waiting, 10))["addWalletCredit"]

    assert (len(payload["transactions"]), payload["replayed"]) == (1, False)
    assert await fleet.kept() == ONCE


async def test_reading_goes_on_as_soon_as_the_database_is_back(
    far_api: tuple[Wire, Api], fleet: Fleet
) -> None:
    (broken, api), clerk = far_api, await fleet.operator()
    customer = await fleet.customer()
    read = "query ($id: ID!) { customer(id: $id) { id } }"
    await asyncio.gather(*(api.get(clerk, read, id=customer) for _ in range(AT_ONCE)))

    await broken.cut()
    after_the_cut = await asyncio.gather(
        *(api.ask(clerk, read, id=customer) for _ in range(AT_ONCE))
    )
    broken.broken = True
    await broken.cut()
    down = await api.answer(clerk, read, id=customer)
    broken.broken = False
    back = await asyncio.gather(*(api.ask(clerk, read, id=customer) for _ in range(AT_ONCE)))

    assert after_the_cut == back == [{"data": {"customer": {"id": customer}}}] * AT_ONCE
    assert (down.status_code, down.headers["retry-after"]) == (503, "1")
    assert codes(down.json()) == [(None, "OVERLOADED")]
