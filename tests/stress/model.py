"""Wallets as the rules have them, in memory: what the product is held against."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.wallet import BonusReason, TransactionMode

CENTS = {"0.01": 1, "1.00": 100, "2.5": 250, "3": 300, "7.77": 777, "10000.00": 10**6}
BAD = {"0.00": "INVALID_AMOUNT", "1.001": "INVALID_AMOUNT", "10000.01": "AMOUNT_LIMIT_EXCEEDED"}
"""Amounts as they are written; USD, with the limit of ten thousand."""
LASTING = {"CREDIT", "BONUS", "FEE", "DEBIT", "TOP_UP"}
"""The kinds that may be undone (WAL-10)."""


@dataclass(frozen=True)
class Line:
    """A line of the ledger, in cents."""

    customer: str
    account: str
    kind: str
    amount: int
    after: int
    reverses: int | None = None
    """The place of the line that it undoes, among all lines."""


Told: TypeAlias = int | list[str]
"""The place of the one line that was written, or the codes of the refusals."""


@dataclass
class Model:
    """What should come of one call after the other."""

    lines: list[Line] = field(default_factory=list)
    messages: list[tuple[str, int]] = field(default_factory=list)
    """Who was told of a debt, and of how much below zero the balance was."""
    references: set[tuple[str, str]] = field(default_factory=set)
    balances: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def credit(self, customer: str, amount: str) -> Told:
        return self._bad(amount) or self._book(customer, "BALANCE", "CREDIT", cents(amount))

    def bonus(self, customer: str, amount: str, reason: BonusReason, note: str | None) -> Told:
        unsaid = ["REASON_REQUIRED"] if reason == "OTHER" and not note else []
        wrong = [*self._bad(amount), *unsaid]
        return wrong or self._book(customer, "BONUS", "BONUS", cents(amount))

    def fee(self, customer: str, amount: str) -> Told:
        if wrong := self._bad(amount):
            return wrong
        before = self.balances[customer, "BALANCE"]
        place = self._book(customer, "BALANCE", "FEE", -cents(amount))
        after = self.balances[customer, "BALANCE"]
        if before >= 0 > after:
            self.messages.append((customer, after))
        return place

    def reduction(self, customer: str, amount: str, negative: bool) -> Told:
        if wrong := self._bad(amount):
            return wrong
        if not negative and self.balances[customer, "BALANCE"] < cents(amount):
            return ["INSUFFICIENT_BALANCE"]
        return self._book(customer, "BALANCE", "DEBIT", -cents(amount))

    def top_up(self, customer: str, amount: str, mode: TransactionMode, number: str | None) -> Told:
        if wrong := self._bad(amount):
            return wrong
        if mode == "SAVED_CARD":
            return ["PROVIDER_UNAVAILABLE"]
        if number is not None and (mode, number) in self.references:
            return ["ALREADY_EXISTS"]
        if number is not None:
            self.references.add((mode, number))
        return self._book(customer, "BALANCE", "TOP_UP", cents(amount))

    def ride(self, customer: str, amount: str) -> int:
        """What a ride takes of the bonus, as far as there is any; gives how much, in cents."""
        taken = min(CENTS.get(amount, 0), self.balances[customer, "BONUS"])
        if taken:
            self._book(customer, "BONUS", "RIDE_CHARGE", -taken)
        return taken

    def reversal(self, place: int) -> Told:
        line = self.lines[place]
        if line.kind not in LASTING or any(other.reverses == place for other in self.lines):
            return ["CONFLICT"]
        if line.account == "BONUS" and self.balances[line.customer, "BONUS"] < line.amount:
            return ["INSUFFICIENT_BALANCE"]
        return self._book(line.customer, line.account, "REVERSAL", -line.amount, place)

    def _book(
        self, customer: str, account: str, kind: str, amount: int, reverses: int | None = None
    ) -> int:
        self.balances[customer, account] += amount
        after = self.balances[customer, account]
        self.lines.append(Line(customer, account, kind, amount, after, reverses))
        return len(self.lines) - 1

    def _bad(self, amount: str) -> list[str]:
        return [BAD[amount]] if amount in BAD else []


def cents(amount: str) -> int:
    return CENTS[amount]
