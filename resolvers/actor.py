"""Who did something, from what is kept of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from db import customer as customers
from db import operator as operators
from db import partner as partners
from domain import ids
from domain.actor import SYSTEM, Actor, SystemActor
from domain.ids import Prefix
from domain.text import UNKEEPABLE
from resolvers.context import Info
from resolvers.decode import id_of

KINDS: dict[Prefix, Callable[..., Awaitable[Any]]] = {
    Prefix.OPERATOR: operators.by_id,
    Prefix.CUSTOMER: customers.by_id,
    Prefix.PARTNER_KEY: partners.by_id,
}


def kept(id: str) -> str:
    """What is kept of the actor of an id; BAD_USER_INPUT for a text that never was one."""
    if id.startswith(SYSTEM) and not UNKEEPABLE.search(id):
        return id
    return id_of(id, *KINDS)


async def by_id(info: Info, actor_id: str) -> Actor:
    """The operator, customer or key of an id, or the program under its name."""
    prefix = ids.prefix_of(actor_id)
    if prefix is None:
        return SystemActor(actor_id.removeprefix(SYSTEM))
    found: Actor | None = await info.context.load(KINDS[prefix], actor_id)
    if found is None:
        message = "the trail names an actor that does not exist"
        raise LookupError(message)
    return found
