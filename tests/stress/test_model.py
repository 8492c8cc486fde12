"""Random sequences of money actions: the product does what the rules in memory do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy.ext.asyncio import AsyncEngine

from actions import wallet as actions
from actions.action import Action, Outcome, Performer
from domain.access import Operator, Role
from domain.ids import Prefix
from domain.money import Asked
from domain.origin import Origin
from domain.wallet import BonusReason, TransactionMode
from tests.make import Fleet, Make, new
from tests.stress.model import BAD, CENTS, Line, Model, Told

ORIGIN = Origin("req_test", "203.0.113.7")
PEOPLE = 2
STEPS_MAX = 12
FEW, MANY = 30, 10_000
WHO = some.integers(0, PEOPLE - 1)
AMOUNT = some.sampled_from([*CENTS, *BAD])
PLACE = some.integers(0, STEPS_MAX)
STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("credit"), WHO, AMOUNT),
        some.tuples(some.just("fee"), WHO, AMOUNT),
        some.tuples(some.just("ride"), WHO, AMOUNT),
        some.tuples(some.just("reduction"), WHO, AMOUNT, some.booleans()),
        some.tuples(
            *(some.just("bonus"), WHO, AMOUNT),
            *(some.sampled_from(BonusReason), some.sampled_from([None, "So"])),
        ),
        some.tuples(
            *(some.just("top_up"), WHO, AMOUNT),
            *(some.sampled_from(TransactionMode), some.sampled_from([None, "1", "2"])),
        ),
        some.tuples(some.sampled_from(["reversal", "repeat", "reuse"]), PLACE),
    ),
    min_size=1,
    max_size=STEPS_MAX,
)
"""What is done: to whom and how much, or with which earlier line or request."""
LEDGER = """
SELECT customer_id, account, kind, amount, balance_after, reverses_id FROM entry
WHERE subaccount_id = $1 AND id = $2
"""
MESSAGES = """
SELECT customer_id, message FROM notification WHERE subaccount_id = $1 ORDER BY created_at, id
"""
BALANCES = """
SELECT customer_id, kind, balance FROM account WHERE subaccount_id = $1 AND balance <> 0
"""
Call: TypeAlias = tuple[Action[..., Any], tuple[Any, ...], dict[str, Any]]


@dataclass
class Request:
    """A request that was made: its key, what it asked for, and what should have come of it."""

    key: str
    call: Call
    expect: Callable[[], Told]
    told: Told


@dataclass
class Both:
    """The product and the model, which are asked for the same things and tell the same."""

    performer: Performer
    fleet: Fleet
    caller: Operator
    people: list[str]
    model: Model = field(default_factory=Model)
    ids: list[str] = field(default_factory=list)
    """What the product calls the lines of the model, by their place."""
    requests: list[Request] = field(default_factory=list)

    async def step(self, kind: str, number: int, *more: Any) -> None:
        if kind == "repeat" and self.requests:
            await self._repeat(self.requests[number % len(self.requests)])
        elif kind == "reuse" and self.requests:
            await self._reuse(self.requests[number % len(self.requests)])
        elif kind == "reversal" and self.ids:
            place = number % len(self.ids)
            call: Call = (actions.reverse_wallet_transaction, (self.ids[place], "By mistake"), {})
            await self._ask(new(Prefix.OPERATION), call, lambda: self.model.reversal(place))
        elif kind == "ride":
            who = self.people[number]
            if taken := self.model.ride(who, *more):
                line = await self.fleet.post(who, -taken, "RIDE_CHARGE", account="BONUS")
                self.ids.append(line)
        elif kind not in {"repeat", "reuse", "reversal"}:
            who = self.people[number]
            expect = partial(getattr(self.model, kind), who, *more)
            await self._ask(new(Prefix.OPERATION), self._call(kind, who, *more), expect)

    def _call(self, kind: str, who: str, amount: str, *more: Any) -> Call:
        """The product's own words for what the model does."""
        ids = who, Asked(amount, "USD")
        match kind:
            case "credit":
                return actions.add_wallet_credit, (*ids, None), {}
            case "fee":
                return actions.charge_fee, (*ids, "Damaged brake"), {}
            case "bonus":
                return actions.add_bonus, (*ids, *more), {}
            case "reduction":
                return actions.reduce_balance, (*ids, "Spent"), {"allow_negative": more[0]}
            case _:
                return actions.top_up_wallet, (*ids, *more, None), {}

    async def _ask(self, key: str, call: Call, expect: Callable[[], Told]) -> None:
        """Have something done for the first time."""
        told = expect()
        outcome = await self._perform(key, call)
        assert not outcome.replayed
        if isinstance(told, list):
            assert [refusal.code for refusal in outcome.refusals] == told
        else:
            assert outcome.result is not None
            self.ids += outcome.result.transaction_ids
            assert len(self.ids) == len(self.model.lines)
        self.requests.append(Request(key, call, expect, told))

    async def _repeat(self, request: Request) -> None:
        """Ask again: what was done stays done, what was refused may be done now."""
        if isinstance(request.told, list):
            self.requests.remove(request)
            await self._ask(request.key, request.call, request.expect)
            return
        again = await self._perform(request.key, request.call)
        assert again.result is not None
        assert (again.replayed, again.result.transaction_ids) == (True, [self.ids[request.told]])

    async def _reuse(self, request: Request) -> None:
        """Ask for something else under the same key."""
        if isinstance(request.told, list):
            return
        other = self.people[0], Asked("1.00", "USD"), "Something else"
        outcome = await self._perform(request.key, (actions.add_wallet_credit, other, {}))
        assert [refusal.code for refusal in outcome.refusals] == ["IDEMPOTENCY_KEY_REUSED"]

    async def _perform(self, key: str, call: Call) -> Outcome[Any]:
        action, arguments, named = call
        return await self.performer(self.caller, ORIGIN, action, key, *arguments, **named)

    async def compare(self) -> None:
        """All that there is in the end, in both."""
        store, fleet = self.fleet.make.store, self.fleet.id
        kept = [await store.fetchrow(LEDGER, fleet, id) for id in self.ids]
        assert [self._line(row) for row in kept] == self.model.lines
        audited = sum(line.kind != "RIDE_CHARGE" for line in self.model.lines)
        assert await self.fleet.kept() == {"entry": len(self.ids), "audit_entry": audited}
        balances = {(row[0], row[1]): row[2] for row in await store.fetch(BALANCES, fleet)}
        assert balances == {key: held for key, held in self.model.balances.items() if held}
        messages = [(row[0], row[1]) for row in await store.fetch(MESSAGES, fleet)]
        assert messages == [
            (who, f"Your balance is -${-held / 100:,.2f}. Please top up.")
            for who, held in self.model.messages
        ]

    def _line(self, row: Any) -> Line:
        reverses = None if row[5] is None else self.ids.index(row[5])
        return Line(row[0], row[1], row[2], row[3], row[4], reverses)


@pytest.fixture
def performer(engine: AsyncEngine) -> Performer:
    return Performer(engine, lambda: datetime.now(UTC))


async def live(make: Make, performer: Performer, steps: list[tuple[Any, ...]]) -> None:
    fleet = await make.fleet()
    people = [await fleet.customer() for _ in range(PEOPLE)]
    caller = Operator(new(Prefix.OPERATOR), Role.ADMIN, (fleet.id,))
    both = Both(performer, fleet, caller, people)
    for step in steps:
        await both.step(*step)
    await both.compare()


FEW_TIMES = settings(
    max_examples=FEW,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(steps=STEPS)
@FEW_TIMES
async def test_some_sequences_come_out_as_in_memory(
    make: Make, performer: Performer, steps: list[tuple[Any, ...]]
) -> None:
    await live(make, performer, steps)


@pytest.mark.stress
@given(steps=STEPS)
@settings(FEW_TIMES, max_examples=MANY, derandomize=False)
async def test_many_sequences_come_out_as_in_memory(
    make: Make, performer: Performer, steps: list[tuple[Any, ...]]
) -> None:
    await live(make, performer, steps)
