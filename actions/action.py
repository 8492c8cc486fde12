"""What an action is, and the one place where actions are performed."""

import asyncio
import json
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import Field, asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from inspect import signature
from random import uniform
from typing import Any, ClassVar, Concatenate, Generic, ParamSpec, Protocol, TypeVar
from uuid import NAMESPACE_OID, uuid4, uuid5

from db import audit, idempotency
from db import job as jobs
from db.engine import Conflict, Engine, Lost, Unknown, write
from db.query import Connection
from domain import ids
from domain.access import Caller, Permission, Reach
from domain.audit import Change
from domain.fault import Forbidden, InProgress, Overloaded, Uncertain
from domain.ids import Prefix
from domain.job import Job
from domain.origin import Origin
from domain.refusal import Code, Refusal, Refused, refuse
from domain.text import unusable_key


class Result(Protocol):
    """What an action gives: a dataclass of plain values, so that a replay can give it again."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


P = ParamSpec("P")
R = TypeVar("R", bound=Result)
TRIES_MAX = 4
"""Of one unit of work, where others lock what it needs."""


@dataclass(frozen=True, slots=True)
class Work:
    """What an action's body may touch: its transaction, who asks, when, and what it leaves."""

    connection: Connection
    caller: Caller
    origin: Origin
    now: datetime
    operation: str
    changes: list[Change] = field(default_factory=list)
    jobs: list[tuple[Job, datetime]] = field(default_factory=list)

    @property
    def reach(self) -> Reach:
        return self.caller.reach

    def new_id(self, prefix: Prefix) -> str:
        return ids.new(prefix, self.now)

    def changed(self, change: Change) -> None:
        """Leave a line in the trail. An action that changes nothing leaves none (AUD-1)."""
        self.changes.append(change)

    def later(self, job: Job, after: timedelta = timedelta(0)) -> None:
        """Leave a job to be done once this has committed, and some time has passed."""
        self.jobs.append((job, self.now + after))


@dataclass(frozen=True)
class Action(Generic[P, R]):
    """A use case. What it declares is enforced here, and printed in the SDL from here."""

    permission: Permission
    refuses: tuple[Code, ...]
    idempotent: bool
    body: Callable[Concatenate[Work, P], Awaitable[R]]

    @property
    def name(self) -> str:
        return self.body.__name__

    @property
    def summary(self) -> str:
        return (self.body.__doc__ or "").strip()

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """Every code it may refuse with, those of the Performer included."""
        own = (Code.INVALID_INPUT, Code.IDEMPOTENCY_KEY_REUSED) if self.idempotent else ()
        return tuple(code for code in Code if code in {*self.refuses, *own})

    def input_hash(self, *args: P.args, **kwargs: P.kwargs) -> bytes:
        """The same for the same input, however the arguments are passed."""
        bound = signature(self.body).bind(None, *args, **kwargs)  # None stands for the Work
        given = [self.name, *(pair for pair in bound.arguments.items() if pair[1] is not None)]
        return sha256(json.dumps(given, default=asdict).encode()).digest()

    def revive(self, kept: Mapping[str, object]) -> R:
        """A result from the plain values that were kept of it."""
        result: Callable[..., R] = self.body.__annotations__["return"]
        return result(**kept)


def action(
    permission: Permission, *, refuses: tuple[Code, ...] = (), idempotent: bool = False
) -> Callable[[Callable[Concatenate[Work, P], Awaitable[R]]], Action[P, R]]:
    """Declare an action: who may, which refusals, and whether a key makes it happen once."""
    return lambda body: Action(permission, refuses, idempotent, body)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What became of an action: a result or refusals, never both (WAL-0)."""

    result: R | None = None
    replayed: bool = False
    refusals: tuple[Refusal, ...] = ()


class Performer:
    """Performs actions for one process. Nothing else in the project begins a write."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        deadline: timedelta = timedelta(seconds=10),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._deadline = deadline
        self._running: set[asyncio.Task[Any]] = set()

    async def __call__(
        self,
        caller: Caller,
        origin: Origin,
        action: Action[P, R],
        key: str | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Outcome[R]:
        """Perform an action: all of it happens, or none of it.

        It runs in a task of its own. A client that goes away ends the waiting, never the
        transaction: cut during COMMIT, nobody would know what became of the money.
        """
        if not caller.may(action.permission):
            raise Forbidden
        if action.idempotent is (key is None):
            message = f"{action.name}: a key is for idempotent actions, and they need one"
            raise TypeError(message)

        # Without a key of the client's it has one of our own, by which a lost COMMIT is found.
        named = str(uuid4()) if key is None else key

        async def unit(connection: Connection) -> Outcome[R]:
            first = await _claim(connection, caller, action, named, self._clock(), *args, **kwargs)
            if first is not None:
                return first
            work = Work(connection, caller, origin, self._clock(), _operation(caller, named))
            return await _unit(work, action, named, self._clock, *args, **kwargs)

        task = asyncio.create_task(self._perform(caller, action, unit))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait for the work that is under way, so that stopping cuts none of it."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _perform(
        self,
        caller: Caller,
        action: Action[..., R],
        unit: Callable[[Connection], Awaitable[Outcome[R]]],
    ) -> Outcome[R]:
        try:
            return await self._tried(caller, unit)
        except Refused as refused:
            for code in {refusal.code for refusal in refused.refusals} - {*action.codes}:
                # Tests make an error of it; in production the refusal is still the answer.
                warnings.warn(f"{action.name} does not declare {code}", stacklevel=2)
            return Outcome(refusals=refused.refusals)

    async def _tried(
        self, caller: Caller, unit: Callable[[Connection], Awaitable[Outcome[R]]]
    ) -> Outcome[R]:
        """The whole unit, again where another transaction was in its way, or its connection broke.

        The deadline is that of the body: COMMIT is never cut. Where its answer was lost, the unit
        runs again until it finds its own key, or is done now, or is uncertain at the deadline.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline.total_seconds()
        tries = TRIES_MAX
        lost: Outcome[R] | None = None  # of a run that may have committed
        while lost is None or loop.time() < end:
            try:
                async with write(self._engine, caller) as writing, asyncio.timeout_at(end):
                    outcome = await unit(writing)
            except Unknown:
                lost = _earlier(lost, outcome)
            except (Conflict, Lost) as error:
                tries -= 1
                if lost is None and not tries:
                    raise Overloaded from error
            except (InProgress, Overloaded, TimeoutError):
                if lost is None:
                    raise
            else:
                return _earlier(lost, outcome)
            await asyncio.sleep(uniform(0.02, 0.2))  # noqa: S311  (jitter)
        raise Uncertain


def _earlier(lost: Outcome[R] | None, outcome: Outcome[R]) -> Outcome[R]:
    """An outcome as it was first, where it is that of an earlier run found again by its key."""
    return lost if lost is not None and lost.result == outcome.result else outcome


async def _claim(
    connection: Connection,
    caller: Caller,
    action: Action[P, R],
    key: str,
    at: datetime,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Outcome[R] | None:
    """Take the key; give what the request under it made, where it came before."""
    refuse(unusable_key(key))
    first = await idempotency.claim(
        connection,
        caller.reach,
        key,
        caller_id=caller.credential,
        operation=_operation(caller, key),
        input_hash=action.input_hash(*args, **kwargs) if action.idempotent else b"",
        at=at,
    )
    return None if first is None else Outcome(action.revive(first), replayed=True)


async def _unit(
    work: Work,
    action: Action[P, R],
    key: str,
    clock: Callable[[], datetime],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Outcome[R]:
    """What one transaction holds once its key is taken: the body, the trail, the answer."""
    result = await action.body(work, *args, **kwargs)
    at = clock()  # what was changed is locked by now, so that the trail tells it in its order
    for change in work.changes:
        await audit.add(work.connection, work.reach, _entry(work, action.name, change, at))
    for job, due in work.jobs:
        new = work.new_id(Prefix.JOB)
        await jobs.add(work.connection, work.reach, job, id=new, at=work.now, due=due)
    kept = asdict(result)
    await idempotency.settle(work.connection, work.reach, work.caller.credential, key, kept)
    return Outcome(result)


def _entry(work: Work, action: str, change: Change, at: datetime) -> Mapping[str, object]:
    """The row that the trail keeps of a change."""
    changes = {"before": change.before, "after": change.after}
    return {
        "subaccount_id": change.subaccount_id,
        "id": ids.new(Prefix.AUDIT, at),
        "created_at": at,
        "actor": change.actor or work.caller.id,
        "action": action,
        "customer_id": change.customer_id,
        "note": change.note,
        "changes": json.dumps(changes, default=str),
        "ip_address": work.origin.ip_address,
        "request_id": work.origin.request_id,
    }


def _operation(caller: Caller, key: str) -> str:
    """The id that joins the legs of one operation in the ledger.

    Made of the key: long after the key's own row is cleared away, the ledger's unique constraint
    still refuses to book the same request again (WAL-8).
    """
    name = uuid5(NAMESPACE_OID, f"{caller.credential} {key}")
    return ids.encode(Prefix.OPERATION, name)
