"""The list of a fleet's customers: what may be asked of it, and its counters."""

import re
from dataclasses import dataclass
from datetime import datetime
from unicodedata import category, normalize

from domain.choice import Choice
from domain.fault import BadUserInput
from domain.money import Money

WORDS_MAX = 10
COUNTED_MAX = 10_000
"""Matches of a search or filter that are counted; beyond them a count is a lower bound."""
PHONE = re.compile(r"[\W_]*[0-9][\W_0-9]*")
"""Digits in any punctuation."""
NATIONAL_DIGITS_MIN = 2
"""Behind their leading zeros, in all of a search: fewer would find nearly everybody."""


class CustomerTab(Choice):
    """Questions that a list of customers answers; a customer may be in several (LST-3)."""

    ALL = "ALL", "Everybody, but for deleted customers."
    ACTIVE = "ACTIVE", "At least one completed ride."
    BLOCKED = "BLOCKED", "Kept by an operator from riding and buying."
    UNBLOCKED = "UNBLOCKED", "Not blocked."
    IDENTITY_REQUIRED = "IDENTITY_REQUIRED", "Rides wait until they prove who they are."
    WITH_DEBT = "WITH_DEBT", "A balance below zero."
    DELETED = "DELETED", "Closed accounts, which no other tab shows."


class CustomerOrderField(Choice):
    """What a list of customers may be ordered by (LST-5)."""

    NAME = "NAME", "By name, in any case of letters and without accents."
    CUSTOMER_NUMBER = "CUSTOMER_NUMBER", "By the number given at signup."
    WALLET_BALANCE = "WALLET_BALANCE", "By the balance, debts lowest."
    BONUS = "BONUS", "By the bonus."
    RIDES = "RIDES", "By completed rides."
    JOINED = "JOINED", "By when they signed up."
    LAST_ACTIVE = "LAST_ACTIVE", "By the rider's newest request."


class OrderDirection(Choice):
    """Which end of an order comes first; what is not known comes last either way."""

    ASC = "ASC", "The lowest, earliest or first in the alphabet first."
    DESC = "DESC", "The highest, latest or last in the alphabet first."


Words = tuple[tuple[str, ...], ...]
"""The words of a search, each in the ways in which it may be written."""


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Which customers are listed (LST-4); None leaves none out, an empty list leaves out all."""

    region_ids: tuple[str, ...] | None = None
    device_os: tuple[str, ...] | None = None
    joined_from: datetime | None = None
    joined_to: datetime | None = None
    last_active_from: datetime | None = None
    last_active_to: datetime | None = None
    phone_risk_levels: tuple[str, ...] | None = None
    has_payment_method: bool | None = None
    has_active_ride: bool | None = None
    tier_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of a fleet's customers."""

    words: Words = ()
    contact: bool = False
    """Whether the words are looked for in email and phone, too (ROL-9)."""
    tab: CustomerTab = CustomerTab.ALL
    only: CustomerFilter = CustomerFilter()
    members: bool = False
    """Whether they have to have a line in the points ledger (LOY-10)."""
    order_by: CustomerOrderField = CustomerOrderField.JOINED
    direction: OrderDirection = OrderDirection.DESC

    @property
    def counted(self) -> bool:
        """Whether it asks for a tab or for all members, and no more: counted already (LST-6)."""
        whole = self.tab is CustomerTab.ALL or not self.members
        return whole and not self.words and self.only == CustomerFilter()


@dataclass(frozen=True, slots=True)
class Count:
    """Exact up to 10,000 matches of a search or filter, and always without; else a lower bound."""

    value: int
    exact: bool

    @classmethod
    def of(cls, matches: int) -> "Count":
        """The count of matches of which one more than 10,000 was looked for."""
        return cls(min(matches, COUNTED_MAX), matches <= COUNTED_MAX)


@dataclass(frozen=True, slots=True)
class CustomerTabCount:
    """How many customers a tab holds."""

    tab: CustomerTab
    count: int


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """The cards above the list, and the debt that operators chase; deleted customers left out."""

    total: int
    active: int
    wallet_value: Money
    total_bonuses: Money
    with_debt: int
    total_debt: Money


@dataclass(frozen=True, slots=True)
class Tally:
    """What a fleet's counters add up to; money in minor units."""

    total: int = 0
    active: int = 0
    blocked: int = 0
    identity_required: int = 0
    with_debt: int = 0
    deleted: int = 0
    wallet_value: int = 0
    bonuses: int = 0
    debt: int = 0
    members: int = 0
    points: int = 0
    issued: int = 0
    redeemed: int = 0

    def answers(self, listing: Listing) -> int:
        """How many customers a list has that is counted already."""
        return self.members if listing.members else self.in_tab(listing.tab)

    def in_tab(self, tab: CustomerTab) -> int:
        """How many customers a tab holds (LST-3)."""
        counts = {
            CustomerTab.ALL: self.total,
            CustomerTab.ACTIVE: self.active,
            CustomerTab.BLOCKED: self.blocked,
            CustomerTab.UNBLOCKED: self.total - self.blocked,
            CustomerTab.IDENTITY_REQUIRED: self.identity_required,
            CustomerTab.WITH_DEBT: self.with_debt,
            CustomerTab.DELETED: self.deleted,
        }
        return counts[tab]


def words(search: str) -> Words:
    """The words of a search; BAD_USER_INPUT unless one of them has two letters (LST-2).

    What is written of punctuation alone stands between the parts of a phone number.
    """
    found = [word for word in normalize("NFKC", search).split() if _says_something(word)]
    if len(found) > WORDS_MAX:
        message = f"A search has up to {WORDS_MAX} words."
        raise BadUserInput(message)
    if not any(sum(map(str.isalnum, word)) > 1 for word in found):
        message = "A search takes two letters."
        raise BadUserInput(message)
    dialled = sum(len(_digits(word).lstrip("0")) for word in found if PHONE.fullmatch(word))
    return tuple(_ways(word, national=dialled >= NATIONAL_DIGITS_MIN) for word in found)


def _says_something(word: str) -> bool:
    return any(sign.isalnum() or category(sign) == "So" for sign in word)


def _ways(word: str, *, national: bool) -> tuple[str, ...]:
    """A word as written; of a phone number also its digits, and those behind leading zeros."""
    ways = [word]
    if PHONE.fullmatch(word):
        digits = _digits(word)
        ways += [digits]
        if national:
            ways += [digits.lstrip("0") or digits]
    return tuple(dict.fromkeys(ways))


def _digits(word: str) -> str:
    """The digits of a phone number, without the zero that is not dialled from abroad."""
    return re.sub(r"[^0-9]", "", word.replace("(0)", ""))
