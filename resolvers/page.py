"""What the arguments of a connection ask for."""

from dataclasses import dataclass
from typing import TypeVar

from domain import page as pages
from domain.ids import SubaccountId
from domain.page import PageKey

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Paging:
    """The four arguments of a connection, as they came."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None

    def key(
        self, list_name: str, subaccount_id: SubaccountId, owner_id: str, only: F
    ) -> PageKey[F]:
        """The page that they ask for; BAD_USER_INPUT where they cannot be read."""
        scope = pages.scope(list_name, owner_id)
        window = pages.window(scope, self.first, self.after, self.last, self.before)
        return PageKey(scope, subaccount_id, owner_id, window, only)
