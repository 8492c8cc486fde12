"""What the arguments of a connection ask for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from strawberry import Parent

from domain import page as pages
from domain.customer import Customer
from domain.ids import SubaccountId
from domain.page import Page, PageKey
from resolvers.context import Fetch, Info

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Paging:
    """The four arguments of a connection, as they came."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None

    def key(
        self,
        list_name: str,
        subaccount_id: SubaccountId,
        owner_id: str,
        only: F,
        by: tuple[type, ...] = (datetime,),
    ) -> PageKey[F]:
        """The page that they ask for; BAD_USER_INPUT where they cannot be read."""
        scope = pages.scope(list_name, owner_id)
        window = pages.window(scope, self.first, self.after, self.last, self.before, by=by)
        return PageKey(scope, subaccount_id, owner_id, window, only)


def list_of_customer(
    name: str, fetch: Fetch[PageKey[None], Page[Any]], description: str
) -> Callable[..., Awaitable[Page[Any] | None]]:
    """The resolver of a customer's list that has no filter; its field is described by the text."""

    async def resolver(
        customer: Parent[Customer],
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Page[Any] | None:
        paging = Paging(first, after, last, before)
        key = paging.key(name, customer.subaccount_id, customer.id, None)
        return await info.context.load(fetch, key)

    resolver.__doc__ = description
    return resolver
