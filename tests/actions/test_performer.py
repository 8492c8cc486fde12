"""The one place that begins a write, without HTTP in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions import wallet as actions
from actions.action import Performer, Work, action
from db import wallet as store
from domain.access import Operator, Permission, Role
from domain.fault import Forbidden, InProgress
from domain.ids import Prefix
from domain.money import Asked, Minor
from domain.origin import Origin
from domain.refusal import Code, Refusal, Refused
from domain.wallet import Moved, Posting, WalletAccount, WalletTransactionKind
from tests.make import Fleet, Make, new

DOLLAR = Asked("1.00", "USD")
ORIGIN = Origin("req_test", "203.0.113.7")


class Gate:
    """Holds an action in the middle of its transaction."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.opened = asyncio.Event()

    async def reached(self) -> None:
        await asyncio.wait_for(self.entered.wait(), timeout=10)


@action(Permission.ADD_CREDIT, idempotent=True)
async def post_slowly(work: Work, customer_id: str) -> Moved:
    (fleet,) = work.reach.subaccounts
    credit = Posting(
        fleet, customer_id, WalletAccount.BALANCE, WalletTransactionKind.CREDIT, Minor(100)
    )
    names = {"id": "wtx_slow", "operation": work.operation, "actor": work.caller.id}
    await store.post(work.connection, work.reach, credit, **names)
    GATES[-1].entered.set()
    await GATES[-1].opened.wait()
    return Moved(customer_id, ["wtx_slow"])


@action(Permission.ADD_CREDIT)
async def refuse_undeclared(_: Work) -> Moved:
    raise Refused(Refusal(Code.CURRENCY_MISMATCH))


GATES: list[Gate] = []


@pytest.fixture
def gate() -> Gate:
    GATES.append(Gate())
    return GATES[-1]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def performer(engine: AsyncEngine) -> AsyncIterator[Performer]:
    performer = Performer(engine, now)
    yield performer
    await performer.drain()


def clerk(fleet: Fleet, role: Role = Role.ADMIN) -> Operator:
    return Operator(new(Prefix.OPERATOR), role, (fleet.id,))


@asynccontextmanager
async def locked(make: Make, customer: str) -> AsyncIterator[None]:
    """Another transaction holds the customer's balance."""
    async with make.store.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT 1 FROM account WHERE customer_id = $1 FOR UPDATE", customer
        )
        yield


async def test_the_performer_itself_asks_for_the_right(performer: Performer, fleet: Fleet) -> None:
    customer, viewer = await fleet.customer(), clerk(fleet, Role.VIEWER)

    with pytest.raises(Forbidden):
        await performer(viewer, ORIGIN, actions.add_wallet_credit, "k", customer, DOLLAR, None)

    assert await fleet.kept() == {"entry": 0, "audit_entry": 0}


async def test_a_refusal_that_is_not_declared_is_an_error_here(
    performer: Performer, fleet: Fleet
) -> None:
    with pytest.raises(UserWarning, match="refuse_undeclared does not declare CURRENCY_MISMATCH"):
        await performer(clerk(fleet), ORIGIN, refuse_undeclared, None)


async def test_a_key_whose_holder_is_in_flight_is_in_progress(
    performer: Performer, fleet: Fleet, gate: Gate
) -> None:
    customer, caller = await fleet.customer(), clerk(fleet)
    holder = asyncio.create_task(performer(caller, ORIGIN, post_slowly, "k", customer))
    await gate.reached()

    with pytest.raises(InProgress):
        await performer(caller, ORIGIN, post_slowly, "k", customer)

    gate.opened.set()
    assert (await holder).replayed is False


async def test_a_client_that_vanishes_does_not_cut_the_transaction(
    performer: Performer, fleet: Fleet, gate: Gate
) -> None:
    customer = await fleet.customer()
    request = asyncio.create_task(performer(clerk(fleet), ORIGIN, post_slowly, "k", customer))
    await gate.reached()

    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    gate.opened.set()
    await performer.drain()

    assert (await fleet.kept("entry")) == {"entry": 1}


@pytest.mark.usefixtures("gate")
async def test_past_the_deadline_nothing_is_kept(engine: AsyncEngine, fleet: Fleet) -> None:
    customer = await fleet.customer()
    hasty = Performer(engine, now, deadline=timedelta(milliseconds=300))

    with pytest.raises(TimeoutError):
        await hasty(clerk(fleet), ORIGIN, post_slowly, "k", customer)

    assert await fleet.kept() == {"entry": 0, "audit_entry": 0}


async def test_a_wallet_that_others_hold_for_a_while_is_tried_again(
    performer: Performer, fleet: Fleet, make: Make
) -> None:
    customer = await fleet.customer()
    credit = (clerk(fleet), ORIGIN, actions.add_wallet_credit, "k", customer, DOLLAR, None)

    async with locked(make, customer):
        waiting = asyncio.create_task(performer(*credit))
        await asyncio.sleep(0.4)  # longer than a lock is waited for
        assert not waiting.done()

    assert (await waiting).refusals == ()
    assert await fleet.kept() == {"entry": 1, "audit_entry": 1}


async def test_a_unit_whose_connection_is_killed_is_done_once_all_the_same(
    performer: Performer, fleet: Fleet, gate: Gate
) -> None:
    customer, caller = await fleet.customer(), clerk(fleet)
    holder = asyncio.create_task(performer(caller, ORIGIN, post_slowly, "k", customer))
    await gate.reached()

    await fleet.make.store.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = 'kickstand' AND state = 'idle in transaction'"
        " AND datname = current_database()"
    )
    gate.opened.set()
    done = await holder
    again = await performer(caller, ORIGIN, post_slowly, "k", customer)

    assert (done.replayed, again.replayed) == (False, True)
    assert await fleet.kept("entry") == {"entry": 1}
