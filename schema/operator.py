from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import actor
from domain.access import Permission, Role
from resolvers import operator as resolve
from schema.field import AS_PARENT, plain, resolved, shows
from schema.node import Node

if TYPE_CHECKING:
    from schema.subaccount import Subaccount


@shows(actor.OperatorProfile, name="Operator")
class Operator(Node):
    name: str = plain("All that riders and partners see of an operator (ROL-10).", AS_PARENT)
    email: str | None = plain("At the fleet company.", Permission.VIEW_OPERATORS)
    role: Role | None = plain("One for all of its subaccounts.", Permission.VIEW_OPERATORS)
    subaccounts: list[Annotated["Subaccount", strawberry.lazy("schema.subaccount")]] | None = (
        resolved(resolve.subaccounts_of, Permission.VIEW_OPERATORS)
    )
