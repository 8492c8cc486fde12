from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

from domain import actor
from schema.field import plain, shows
from schema.operator import Operator
from schema.partner import PartnerKey

if TYPE_CHECKING:
    from schema.customer import Customer


@shows(actor.SystemActor)
class SystemActor:
    name: str = plain("Which part of the program it was.")


Actor: TypeAlias = Annotated[
    Operator | Annotated["Customer", strawberry.lazy("schema.customer")] | PartnerKey | SystemActor,
    strawberry.union("Actor", description="Who did something."),
]
