"""Pages of lists that have no end: keyset paging, both ways.

A cursor is a place in one list of one owner: the keys by which the list is ordered, and a seal
over the list's name, its owner and those keys, which tells the cursors of other lists and owners
apart. The seal is no secret: a cursor gives nobody a right, and whoever makes one up is only shown
another place of a list of their own.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from domain.fault import BadUserInput
from domain.ids import SubaccountId, prefix_of

PAGE_ROWS = 20
PAGE_ROWS_MAX = 100
SEAL_BYTES = 6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SEPARATOR = "|"
Key: TypeAlias = datetime | int | str | None
"""What a list is ordered by; None where a row has none, or where the id alone orders it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: what the row before it is ordered by, and its id."""

    key: Key
    id: str


@dataclass(frozen=True, slots=True)
class Window:
    """Which stretch of a list is asked for: `size` rows after a place, or before one."""

    size: int
    place: Place | None = None
    backward: bool = False


F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class PageKey(Generic[F]):
    """One page of one list: whose it is, where it begins, and what it leaves out.

    The fleet is named beside the owner: one fleet by equality is what lets an index give the rows
    in order, where one of several fleets would have them sorted.
    """

    scope: str
    subaccount_id: SubaccountId
    owner_id: str
    window: Window
    only: F


class Placed(Protocol):
    """A row that knows its place in its list."""

    @property
    def place(self) -> Place: ...


T = TypeVar("T")
P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """A row of a page, and its place in the list."""

    scope: str
    node: T
    place: Place

    @property
    def cursor(self) -> str:
        return cursor(self.scope, self.place)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Whether a list goes on, and where a page of it begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A stretch of a list in the list's own order, and whether the list goes on."""

    key: PageKey[Any]
    edges: tuple[Edge[T], ...] = ()
    has_next_page: bool = False
    has_previous_page: bool = False

    @property
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> PageInfo:
        ends = (self.edges[0].cursor, self.edges[-1].cursor) if self.edges else (None, None)
        return PageInfo(self.has_next_page, self.has_previous_page, *ends)


def page(key: PageKey[F], found: Sequence[P]) -> Page[P]:
    """The page of rows found for a key, of which one more than its size was asked for."""
    return page_of(key, [(row, row.place) for row in found])


def page_of(key: PageKey[F], found: Sequence[tuple[T, Place]]) -> Page[T]:
    """The same of rows whose places depend on how the list is ordered."""
    more = len(found) > key.window.size
    edges = tuple(Edge(key.scope, row, place) for row, place in found[: key.window.size])
    begun = key.window.place is not None
    if key.window.backward:
        return Page(key, edges[::-1], begun, more)
    return Page(key, edges, more, begun)


def scope(list_name: str, owner_id: str) -> str:
    """The name of one list of one owner, which its cursors are bound to."""
    return f"{list_name}{SEPARATOR}{owner_id}"


def window(
    scope: str,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    *,
    by: tuple[type, ...] = (datetime,),
) -> Window:
    """What a connection's four arguments ask for; BAD_USER_INPUT where they cannot be read.

    `by` is what the list may be ordered by.
    """
    if (first is not None or after is not None) and (last is not None or before is not None):
        message = "Page forward with first and after, or back with last and before, not both."
        raise BadUserInput(message)
    backward = last is not None or before is not None
    size = last if backward else first
    if size is not None and not 1 <= size <= PAGE_ROWS_MAX:
        message = f"A page has 1 to {PAGE_ROWS_MAX} rows."
        raise BadUserInput(message)
    text = before if backward else after
    place = None if text is None else placed(scope, text, by)
    return Window(PAGE_ROWS if size is None else size, place, backward)


def cursor(scope: str, place: Place) -> str:
    """The opaque text of a place in a list."""
    key = f"{_written(place.key)}{SEPARATOR}{place.id}".encode()
    return urlsafe_b64encode(_seal(scope, key) + key).rstrip(b"=").decode()


def placed(scope: str, text: str, by: tuple[type, ...]) -> Place:
    """The place that a cursor names; BAD_USER_INPUT for any that this list did not give."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        written, id = raw[SEAL_BYTES:].decode().rsplit(SEPARATOR, 1)
        place = Place(_read(written), id)
    except (NotBase64, UnicodeError, ValueError, OverflowError):
        place = None
    if (
        place is None
        or type(place.key) not in by
        or prefix_of(place.id) is None
        or cursor(scope, place) != text
    ):
        message = "This cursor is not one of this list."
        raise BadUserInput(message)
    return place


def _written(key: Key) -> str:
    """A key as a cursor holds it: its first character tells what kind it is."""
    if isinstance(key, datetime):
        return f"@{(key - EPOCH) // MICROSECOND}"
    if isinstance(key, int):
        return f"#{key}"
    return "" if key is None else f"={key}"


def _read(written: str) -> Key:
    kind, rest = written[:1], written[1:]
    if kind == "@":
        return EPOCH + int(rest) * MICROSECOND
    if kind == "#":
        return _number(int(rest))
    if "\0" in rest:
        raise ValueError(rest)
    return rest if kind == "=" else None


def _number(value: int) -> int:
    """A number that the database can hold; ValueError for any other."""
    if not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value


def _seal(scope: str, key: bytes) -> bytes:
    return blake2s(scope.encode() + b"\0" + key, digest_size=SEAL_BYTES).digest()
