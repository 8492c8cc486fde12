"""The trail: who changed what (AUD-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.ids import CustomerId, SubaccountId
from domain.page import Place


@dataclass(frozen=True, slots=True)
class Change:
    """What one action did to one record; values of the changed fields only."""

    subaccount_id: SubaccountId
    customer_id: CustomerId | None
    before: Mapping[str, object]
    after: Mapping[str, object]
    note: str | None = None
    actor: str | None = None
    """Who did it, where the caller was nobody yet: a rider who signed up."""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries are listed: of some actors, of some actions, from a time on, before a time."""

    actors: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None
    from_: datetime | None = None
    to: datetime | None = None

    @property
    def named(self) -> tuple[bool, bool]:
        """Whether it names actors, and whether it names actions."""
        return self.actors is not None, self.actions is not None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that somebody did, kept for ever."""

    id: str
    subaccount_id: SubaccountId
    action: str
    actor_id: str
    customer_id: CustomerId | None
    note: str | None
    changes: str | None
    ip_address: str | None
    request_id: str | None
    created_at: datetime
    hash: str | None

    @property
    def place(self) -> Place:
        return Place(self.created_at, self.id)


def differing(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Of a record's two states the fields that differ: as they were, and as they are (AUD-1)."""
    names = [name for name, value in after.items() if before[name] != value]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
