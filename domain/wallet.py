"""The wallet: accounts that change only by entries appended to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import CustomerId, SubaccountId
from domain.money import Asked, Minor, Money
from domain.page import Place
from domain.refusal import Code, Refusal


class WalletAccount(StrEnum):
    """BALANCE is real money, BONUS promotional money, spent first and never negative."""

    BALANCE = "BALANCE"
    BONUS = "BONUS"


POINTS = "POINTS"
"""The third account of the ledger's tables, which the loyalty screen shows."""


class WalletTransactionKind(StrEnum):
    """Why money moved."""

    CREDIT = "CREDIT"
    BONUS = "BONUS"
    FEE = "FEE"
    DEBIT = "DEBIT"
    TOP_UP = "TOP_UP"
    AUTO_TOP_UP = "AUTO_TOP_UP"
    RIDE_CHARGE = "RIDE_CHARGE"
    RIDE_REFUND = "RIDE_REFUND"
    PURCHASE = "PURCHASE"
    POINTS_REDEMPTION = "POINTS_REDEMPTION"
    REFERRAL_REWARD = "REFERRAL_REWARD"
    CHALLENGE_REWARD = "CHALLENGE_REWARD"
    BULK_CREDIT = "BULK_CREDIT"
    IMPORT = "IMPORT"
    REVERSAL = "REVERSAL"


OVERDRAWING = (
    WalletTransactionKind.FEE,
    WalletTransactionKind.DEBIT,
    WalletTransactionKind.RIDE_CHARGE,
    WalletTransactionKind.REVERSAL,
    WalletTransactionKind.IMPORT,
)
"""The kinds that may take BALANCE below zero; the database holds this too."""


class BonusReason(StrEnum):
    """Why an operator gave a bonus (WAL-6)."""

    PARTNER = "PARTNER"
    OPERATOR = "OPERATOR"
    CUSTOMER_FAULT = "CUSTOMER_FAULT"
    OTHER = "OTHER"


class TransactionMode(StrEnum):
    """How money for a top-up was taken (WAL-7)."""

    CASH = "CASH"
    BANK_TRANSFER = "BANK_TRANSFER"
    CARD_TERMINAL = "CARD_TERMINAL"
    SAVED_CARD = "SAVED_CARD"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a customer has to spend, or owes."""

    customer_id: CustomerId
    subaccount_id: SubaccountId
    balance: Money
    bonus: Money

    @property
    def available(self) -> Money:
        """What rides can draw on: bonus, and any balance above zero."""
        minor = Minor(self.bonus.minor + max(self.balance.minor, 0))
        return Money(minor, self.balance.currency)

    @property
    def debt(self) -> Money:
        """How much is owed; zero when the balance is not negative."""
        return Money(Minor(max(-self.balance.minor, 0)), self.balance.currency)


@dataclass(frozen=True, slots=True)
class Posting:
    """A change to one account, decided but not yet made; with a floor it never goes lower."""

    subaccount_id: SubaccountId
    customer_id: CustomerId
    account: WalletAccount
    kind: WalletTransactionKind
    amount: Minor
    note: str | None = None
    floor: Minor | None = None


@dataclass(frozen=True, slots=True)
class WalletTransaction:
    """One line of the append-only ledger."""

    id: str
    subaccount_id: SubaccountId
    customer_id: CustomerId
    account: WalletAccount
    kind: WalletTransactionKind
    amount: Money
    balance_after: Money
    note: str | None
    bonus_reason: BonusReason | None
    transaction_mode: TransactionMode | None
    external_reference: str | None
    actor_id: str
    ride_id: str | None
    reverses_id: str | None
    reversed_by_id: str | None
    created_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.created_at, self.id)


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which lines of a ledger are shown; None leaves none out, an empty list all."""

    accounts: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None
    from_: datetime | None = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a money action did; names only, since what was made never changes."""

    customer_id: CustomerId
    transaction_ids: Sequence[str]


def amount_problem(asked: Asked, limit: Money) -> Refusal | None:
    """Why an asked amount cannot move in a fleet with this operation limit (WAL-2, WAL-9)."""
    if asked.currency != limit.currency:
        return Refusal(Code.CURRENCY_MISMATCH, "amount")
    if not asked.is_exact or asked.minor == 0:
        return Refusal(Code.INVALID_AMOUNT, "amount")
    if asked.minor > limit.minor:
        return Refusal(Code.AMOUNT_LIMIT_EXCEEDED, "amount")
    return None


def credit(wallet: Wallet, amount: Minor, note: str | None) -> Posting:
    """Credit pays off a debt first, simply by raising the balance (WAL-3)."""
    kind = WalletTransactionKind.CREDIT
    ids = wallet.subaccount_id, wallet.customer_id
    return Posting(*ids, WalletAccount.BALANCE, kind, amount, note)
