"""The counters against a model in memory, and that no two writes of a fleet wait for each other."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

import asyncpg
import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from db.embedded import Addresses
from db.engine import write
from db.tally import of_fleets
from domain.access import Operator, Role
from domain.ids import Prefix
from domain.listing import Tally
from tests.loyal import NOON
from tests.make import JOINED, NUMBERS, Fleet, new

SLOTS = 64
CONNECTIONS_MAX = 1000
LINES = (
    ("BALANCE", "CREDIT", 1), ("BALANCE", "FEE", -1), ("BONUS", "BONUS", 1),
    ("BONUS", "REVERSAL", -1), ("POINTS", "EARN", 1), ("POINTS", "BONUS", 1),
    ("POINTS", "ADJUSTMENT", 1), ("POINTS", "ADJUSTMENT", -1), ("POINTS", "REDEEM", -1),
    ("POINTS", "EXPIRATION", -1), ("POINTS", "REVERSAL", 1),
)  # fmt: skip


async def tally(engine: AsyncEngine, fleet: Fleet) -> Tally:
    caller = Operator("opr_x", Role.ADMIN, (fleet.id,))
    async with write(engine, caller) as work:
        return (await of_fleets(work, caller.reach, [fleet.id]))[fleet.id]


@dataclass
class Person:
    """What a customer is counted by."""

    rides: int = 0
    blocked: bool = False
    missing: bool = False
    deleted: bool = False
    balance: int = 0
    bonus: int = 0
    points: int = 0
    member: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "completed_rides": self.rides,
            "blocked_at": NOON if self.blocked else None,
            "blocked_reason": "Ran off" if self.blocked else None,
            "identity_required": self.missing,
            "identity_status": "PENDING" if self.missing else "NOT_REQUIRED",
            "deleted_at": NOON if self.deleted else None,
        }


class Model:
    """A fleet in memory, which does to the database what it does to itself."""

    def __init__(self, fleet: Fleet, seed: int) -> None:
        self.fleet = fleet
        self.chance = Random(seed)  # noqa: S311  (the same writes each time)
        self.people: dict[str, Person] = {}
        self.issued = 0
        self.redeemed = 0

    async def step(self) -> None:
        steps = (self.add, self.change, self.change, self.post, self.post, self.post)
        await self.chance.choice(steps if self.people else steps[:1])()

    async def add(self) -> None:
        person = self._somebody(Person())
        self.people[await self.fleet.customer(**person.columns)] = person

    async def change(self) -> None:
        id = self.chance.choice(list(self.people))
        await self.fleet.change(id, **self._somebody(self.people[id]).columns)

    async def post(self) -> None:
        alive = [id for id, person in self.people.items() if not person.deleted]
        if not alive:
            return
        id = self.chance.choice(alive)
        account, kind, sign = self.chance.choice(LINES)
        person, name = self.people[id], account.lower()
        held = getattr(person, name)
        most = held if sign < 0 and account != "BALANCE" else 500
        if most == 0:
            return
        amount = sign * self.chance.randint(1, most)
        setattr(person, name, held + amount)
        if account == "POINTS":
            person.member = True
            self.issued += max(amount, 0) * (kind != "REVERSAL")
            self.redeemed -= amount * (kind == "REDEEM")
        reason = {"bonus_reason": "OPERATOR"} if (account, kind) == ("BONUS", "BONUS") else {}
        await self.fleet.post(id, amount, kind, account=account, **reason)

    def tally(self) -> Tally:
        alive = [person for person in self.people.values() if not person.deleted]
        return Tally(
            total=len(alive),
            active=sum(person.rides > 0 for person in alive),
            blocked=sum(person.blocked for person in alive),
            identity_required=sum(person.missing for person in alive),
            with_debt=sum(person.balance < 0 for person in alive),
            deleted=len(self.people) - len(alive),
            wallet_value=sum(person.balance for person in alive),
            bonuses=sum(person.bonus for person in alive),
            debt=-sum(min(person.balance, 0) for person in alive),
            members=sum(person.member for person in alive),
            points=sum(person.points for person in alive),
            issued=self.issued,
            redeemed=self.redeemed,
        )

    def _somebody(self, person: Person) -> Person:
        """The person, otherwise in a few of its traits."""
        person.rides = self.chance.choice((0, 1, person.rides + 1))
        person.blocked = self.chance.random() < 0.4
        person.missing = self.chance.random() < 0.4
        person.deleted = self.chance.random() < 0.3
        return person


@pytest.mark.rule("LST-6", "LOY-10")
@pytest.mark.parametrize("seed", range(3))
async def test_any_writes_in_any_order_are_counted_as_a_model_counts_them(
    engine: AsyncEngine, fleet: Fleet, seed: int
) -> None:
    model = Model(fleet, seed)
    found = []

    for _ in range(150):
        await model.step()
        found.append((await tally(engine, fleet), model.tally()))

    assert [kept for kept, _ in found] == [told for _, told in found]
    assert len(model.people) > 10


Write = Callable[[asyncpg.Connection, Fleet, str], Awaitable[object]]


async def post(connection: asyncpg.Connection, fleet: Fleet, customer: str) -> None:
    names = (new(Prefix.TRANSACTION), new(Prefix.OPERATION))
    line = "SELECT post_entry($1, $2, 'BALANCE', 5, NULL, $3, $4, 'CREDIT', 'me')"
    assert await connection.fetchval(line, fleet.id, customer, *names) == 5


async def add(connection: asyncpg.Connection, fleet: Fleet, _: str) -> None:
    number = next(NUMBERS)
    values = {
        "subaccount_id": fleet.id,
        "id": new(Prefix.CUSTOMER),
        "number": number,
        "name": "Ada Lovelace",
        "device_os": "IOS",
        "locale": "en-US",
        "joined_at": JOINED,
        "referral_code": f"ADA{number}",
    }
    await connection.execute("SELECT add_customer($1)", orjson.dumps(values).decode())


async def ride(connection: asyncpg.Connection, fleet: Fleet, customer: str) -> None:
    changes = '{"completed_rides": 1}'
    assert await connection.fetchval(
        "SELECT change_customer($1, $2, $3)", fleet.id, customer, changes
    )


async def delete(connection: asyncpg.Connection, fleet: Fleet, customer: str) -> None:
    changes = orjson.dumps({"deleted_at": NOON}).decode()
    assert await connection.fetchval(
        "SELECT change_customer($1, $2, $3)", fleet.id, customer, changes
    )


WRITES: tuple[Write, ...] = (post, add, ride, delete)


@pytest.fixture
async def twins(database: Addresses) -> AsyncIterator[list[asyncpg.Connection]]:
    """Two connections of the application that count from the same slot on."""
    async with AsyncExitStack() as stack:
        first = await asyncpg.connect(database.application)
        stack.push_async_callback(first.close)
        for _ in range(CONNECTIONS_MAX):
            second = await asyncpg.connect(database.application)
            if (first.get_server_pid() - second.get_server_pid()) % SLOTS == 0:
                stack.push_async_callback(second.close)
                yield [first, second]
                return
            await second.close()
    raise AssertionError


async def begin(connection: asyncpg.Connection, fleet: Fleet) -> None:
    await connection.execute("BEGIN; SET LOCAL lock_timeout = '250ms'")
    await connection.execute("SELECT set_config('app.subaccounts', $1, true)", fleet.id)


@pytest.mark.rule("LST-6")
async def test_no_write_waits_for_another_of_its_fleet(
    twins: list[asyncpg.Connection], engine: AsyncEngine, fleet: Fleet
) -> None:
    for pair in product(WRITES, WRITES):
        for connection, written in zip(twins, pair, strict=True):
            customer = await fleet.customer()
            await begin(connection, fleet)
            await written(connection, fleet, customer)
        for connection in twins:
            await connection.execute("COMMIT")

    assert await tally(engine, fleet) == Tally(total=32, active=8, deleted=8, wallet_value=8 * 5)


@pytest.mark.rule("LST-6")
async def test_transactions_that_post_to_each_others_neighbours_do_not_lock_up(
    twins: list[asyncpg.Connection], engine: AsyncEngine, fleet: Fleet
) -> None:
    ada, bob, eve = [await fleet.customer() for _ in range(3)]
    first, second = twins
    for connection, customer in ((first, ada), (second, bob)):
        await begin(connection, fleet)
        await post(connection, fleet, customer)

    await post(first, fleet, eve)
    await delete(second, fleet, bob)
    await second.execute("ROLLBACK")
    await first.execute("COMMIT")

    assert await tally(engine, fleet) == Tally(total=3, wallet_value=10)


@pytest.mark.rule("LST-6")
async def test_a_transaction_counts_in_one_slot_from_its_first_write_to_its_last(
    twins: list[asyncpg.Connection], fleet: Fleet
) -> None:
    first, _ = twins
    await begin(first, fleet)
    for written in (add, add):
        await written(first, fleet, "")
    await first.execute("COMMIT")

    rows = await fleet.make.store.fetch(
        "SELECT slot, total FROM customer_tally WHERE subaccount_id = $1", fleet.id
    )
    assert [tuple(row) for row in rows] == [(first.get_server_pid() % SLOTS, 2)]


@pytest.mark.rule("LST-6")
async def test_where_every_slot_is_taken_a_write_waits_for_its_own_alone(
    twins: list[asyncpg.Connection], engine: AsyncEngine, fleet: Fleet
) -> None:
    first, second = twins
    await begin(first, fleet)
    taken = "SELECT pg_advisory_xact_lock(hashtext($1), slot) FROM generate_series(0, 63) slot"
    await first.execute(taken, fleet.id)
    await begin(second, fleet)

    await add(second, fleet, "")
    await second.execute("COMMIT")
    await begin(second, fleet)
    await add(first, fleet, "")
    with pytest.raises(asyncpg.LockNotAvailableError):
        await add(second, fleet, "")

    await second.execute("ROLLBACK")
    await first.execute("COMMIT")
    assert (await tally(engine, fleet)).total == 2
