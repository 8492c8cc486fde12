"""Who did something: an operator, a rider, a partner's key or the program itself.

Kept as one text: the TypeID of whoever it was, or `sys:` and a name.
"""

from dataclasses import dataclass
from typing import TypeAlias

from domain.access import Role
from domain.customer import Customer
from domain.partner import PartnerKey

SYSTEM = "sys:"


@dataclass(frozen=True, slots=True)
class OperatorProfile:
    """A person of the fleet company, as a record to look at."""

    id: str
    name: str
    email: str
    role: Role
    subaccount_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The program itself: a schedule, a webhook, a rule."""

    name: str


Actor: TypeAlias = OperatorProfile | Customer | PartnerKey | SystemActor


def system(name: str) -> str:
    """What is kept of an actor that is the program."""
    return SYSTEM + name
