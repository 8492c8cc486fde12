"""Attacks on the ledger: as the application's own role, and as the owner of its tables."""

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.embedded import Addresses
from db.engine import write
from domain.access import Operator, Role
from tests.make import JOINED, Fleet, Make

LINE = """
    INSERT INTO entry (subaccount_id, customer_id, account, seq, prev_balance, amount,
                       balance_after, id, txn, kind, actor)
    SELECT '{fleet}', '{customer}', 'BALANCE', {seq}, {before}, {amount}, {after},
           'wtx_x', {txn}, '{kind}', 'attacker'
"""
MOVE = """
    UPDATE account SET balance = {balance}, head_seq = {head}
    WHERE kind = 'BALANCE' AND customer_id = '{customer}'
"""
FIRST = "(SELECT txn FROM entry WHERE customer_id = '{customer}')"


def line(**changed: object) -> str:
    values = {"seq": 2, "before": 1000, "amount": 5, "after": 1005, "kind": "CREDIT"}
    names = {"fleet": "{fleet}", "customer": "{customer}", "txn": "'op_x'"}
    return LINE.format_map(values | names | changed)


def move(balance: int, head: object) -> str:
    return MOVE.format(balance=balance, head=head, customer="{customer}")


FORGERIES = {
    "a sum that does not add up": [move(1006, 2), line(after=1006)],
    "a stale balance before": [move(995, 2), line(before=990, after=995)],
    "a gap": [move(1005, 5), line(seq=5)],
    "a fork": [line(seq=1, before=0, amount=5, after=5)],
    "a second beginning": [move(5, 2), line(before=0, after=5)],
    "a balance without an entry": [move(2000, 1)],
    "an operation booked twice": [move(1005, 2), line(txn=FIRST)],
    "a purchase below zero": [move(-5, 2), line(amount=-1005, after=-5, kind="PURCHASE")],
    "an amount of nothing": [move(1000, 2), line(amount=0, after=1000)],
    "a kind that is none": [move(1005, 2), line(kind="GIFT")],
}
ATTACKS = FORGERIES | {
    "an entry that its account does not follow": [line()],
    "an account set back to nothing": [move(0, "NULL")],
    "an edited entry": ["UPDATE entry SET note = 'forged'"],
    "a deleted entry": ["DELETE FROM entry"],
    "a truncated ledger": ["TRUNCATE entry"],
    "an account opened with money": [
        "INSERT INTO account VALUES ('{fleet}', '{customer}', 'BONUS', 9)",
    ],
    "an edited trail": ["UPDATE audit_entry SET actor = 'somebody else'"],
    "a deleted trail": ["DELETE FROM audit_entry"],
    "a forgotten key": ["DELETE FROM idempotency"],
    "a credential of somebody's": ["SELECT secret_hash FROM partner_key"],
    "a rider of another": ["SELECT subject FROM rider"],
}


def admin(fleet: Fleet) -> Operator:
    return Operator("opr_x", Role.ADMIN, (fleet.id,))


@pytest.mark.rule("WAL-1")
@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS)
async def test_the_application_may_not_even_try(
    engine: AsyncEngine, fleet: Fleet, statements: list[str]
) -> None:
    customer = await fleet.customer(balance=1000)

    async def attack() -> None:
        async with write(engine, admin(fleet)) as work:
            for statement in statements:
                named = statement.format(fleet=fleet.id, customer=customer)
                await work.raw.execute(named)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await attack()

    assert await fleet.kept("entry") == {"entry": 1}


@pytest.mark.rule("WAL-1")
@pytest.mark.parametrize("statements", FORGERIES.values(), ids=FORGERIES)
async def test_not_even_the_owner_of_the_tables_can_forge(
    database: Addresses, fleet: Fleet, statements: list[str]
) -> None:
    customer = await fleet.customer(balance=1000)
    owner = await asyncpg.connect(database.owner)

    async def forge() -> None:
        async with owner.transaction():
            await owner.execute(f"SET LOCAL app.subaccounts = '{fleet.id}'")
            for statement in statements:
                named = statement.format(fleet=fleet.id, customer=customer)
                await owner.execute(named.format(customer=customer))

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await forge()
    await owner.close()

    assert await fleet.kept("entry") == {"entry": 1}


@pytest.mark.rule("WAL-1")
async def test_nothing_is_posted_in_another_fleet(
    engine: AsyncEngine, fleet: Fleet, make: Make
) -> None:
    stranger = await make.fleet()
    customer = await stranger.customer(balance=1000)

    async with write(engine, admin(fleet)) as work:
        after = await work.raw.fetchval(
            "SELECT post_entry($1, $2, 'BALANCE', -1000, NULL, 'wtx_y', 'op_y', 'DEBIT', 'me')",
            stranger.id,
            customer,
        )

    assert after is None
    assert await stranger.kept("entry") == {"entry": 1}


async def test_an_amount_beyond_64_bits_is_refused_and_nothing_is_posted(
    engine: AsyncEngine, fleet: Fleet
) -> None:
    customer = await fleet.customer(balance=1000)

    with pytest.raises(asyncpg.NumericValueOutOfRangeError):
        async with write(engine, admin(fleet)) as work:
            await work.raw.fetchval(
                "SELECT post_entry($1, $2, 'BALANCE', $3, NULL, 'wtx_y', 'op_y', 'CREDIT', 'me')",
                fleet.id,
                customer,
                2**63 - 1,
            )

    assert await fleet.kept("entry") == {"entry": 1}


@pytest.mark.parametrize("account", ["BALANCE", "BONUS", "POINTS"])
async def test_nothing_is_posted_to_a_deleted_customer(fleet: Fleet, account: str) -> None:
    customer = await fleet.customer(deleted_at=JOINED)

    line = await fleet.called(
        "post_entry", fleet.id, customer, account, 5, None, "x", "y", "BONUS", "me"
    )

    assert line is None
    assert await fleet.kept("entry") == {"entry": 0}


@pytest.mark.parametrize("account", ["BONUS", "POINTS"])
async def test_bonus_and_points_never_fall_below_zero(
    engine: AsyncEngine, fleet: Fleet, account: str
) -> None:
    customer = await fleet.customer()

    with pytest.raises(asyncpg.CheckViolationError):
        async with write(engine, admin(fleet)) as work:
            await work.raw.fetchval(
                "SELECT post_entry($1, $2, $3, -1, NULL, 'wtx_y', 'op_y', 'REVERSAL', 'me')",
                fleet.id,
                customer,
                account,
            )

    assert await fleet.kept("entry") == {"entry": 0}
