"""The answer to COMMIT is lost: it is done once, and the answer is true (WAL-0, WAL-8)."""

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
from tests.make import Fleet, new
from tests.stress.wire import Break, Wire, wire

DOLLAR = Asked("1.00", "USD")
ORIGIN = Origin("req_test", "203.0.113.7")
ONCE = {"entry": 1, "audit_entry": 1}
BREAKS = [
    *([each] for each in Break),
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
