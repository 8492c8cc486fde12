"""The wallet: accounts that change only by entries appended to the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.choice import Choice
from domain.customer import Customer
from domain.ids import CustomerId, SubaccountId
from domain.money import Asked, Minor, Money
from domain.page import Place
from domain.refusal import Code, InsufficientBalance, Refusal
from domain.text import said


class WalletAccount(Choice):
    """The two accounts of a wallet (WAL-1)."""

    BALANCE = "BALANCE", "Real money; below zero it is a debt."
    BONUS = "BONUS", "Promotional money: spent first, never negative."


POINTS = "POINTS"
"""The third account of the ledger's tables, which the loyalty screen shows."""


class WalletTransactionKind(Choice):
    """Why money moved."""

    CREDIT = "CREDIT", "An operator or a partner added money."
    BONUS = "BONUS", "An operator or a partner gave promotional money."
    FEE = "FEE", "An operator charged a fee."
    DEBIT = "DEBIT", "An operator reduced the balance."
    TOP_UP = "TOP_UP", "Money came in, from a saved card or taken elsewhere."
    AUTO_TOP_UP = "AUTO_TOP_UP", "A saved card was charged by itself, because the balance ran low."
    RIDE_CHARGE = "RIDE_CHARGE", "What the wallet paid of a ride."
    RIDE_REFUND = "RIDE_REFUND", "What came back of a ride."
    PURCHASE = "PURCHASE", "A plan's period or a package was paid."
    POINTS_REDEMPTION = "POINTS_REDEMPTION", "Loyalty points became credit."
    REFERRAL_REWARD = "REFERRAL_REWARD", "For having brought somebody, or having been brought."
    CHALLENGE_REWARD = "CHALLENGE_REWARD", "For a completed challenge."
    BULK_CREDIT = "BULK_CREDIT", "One row of a file of credits."
    IMPORT = "IMPORT", "What the wallet held when the customer was imported."
    REVERSAL = "REVERSAL", "The opposite of an earlier line."


OVERDRAWING = (
    WalletTransactionKind.FEE,
    WalletTransactionKind.DEBIT,
    WalletTransactionKind.RIDE_CHARGE,
    WalletTransactionKind.REVERSAL,
    WalletTransactionKind.IMPORT,
)
"""The kinds that may take BALANCE below zero; the database holds this too."""
REVERSIBLE = (
    WalletTransactionKind.CREDIT,
    WalletTransactionKind.BONUS,
    WalletTransactionKind.FEE,
    WalletTransactionKind.DEBIT,
    WalletTransactionKind.TOP_UP,
)
"""The kinds that may be undone; what a saved card paid goes back to the card (WAL-10)."""


class BonusReason(Choice):
    """Why an operator gave a bonus (WAL-6)."""

    PARTNER = "PARTNER", "A partner pays for it."
    OPERATOR = "OPERATOR", "The company's own goodwill."
    CUSTOMER_FAULT = "CUSTOMER_FAULT", "The customer's own mistake, made good all the same."
    OTHER = "OTHER", "What the note says."


class TransactionMode(Choice):
    """How money for a top-up was taken (WAL-7)."""

    CASH = "CASH", "Notes and coins."
    BANK_TRANSFER = "BANK_TRANSFER", "A transfer to the company's account."
    CARD_TERMINAL = "CARD_TERMINAL", "A card terminal at the counter."
    SAVED_CARD = "SAVED_CARD", "The customer's default card, charged by us."
    OTHER = "OTHER", "Any other way."


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
    bonus_reason: BonusReason | None = None
    transaction_mode: TransactionMode | None = None
    external_reference: str | None = None
    reverses_id: str | None = None


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


def irreversible(line: WalletTransaction) -> Refusal | None:
    """Why a line cannot be undone, or not again (WAL-10)."""
    undone = line.reversed_by_id is not None
    by_card = line.transaction_mode is TransactionMode.SAVED_CARD
    if undone or by_card or line.kind not in REVERSIBLE:
        return Refusal(Code.CONFLICT, "transaction_id")
    return None


def shortfall(posting: Posting, wallet: Wallet) -> Refusal | None:
    """Why a posting would fall through its floor, in the wallet as it is; None where it fits."""
    bonus = posting.account is WalletAccount.BONUS
    held = wallet.bonus if bonus else wallet.balance
    if posting.floor is None or held.minor + posting.amount >= posting.floor:
        return None
    return InsufficientBalance(
        field="amount" if posting.reverses_id is None else "transaction_id",
        available=Money(Minor(max(held.minor - posting.floor, 0)), held.currency),
        required=Money(Minor(-posting.amount), held.currency),
    )


def overdrew(posting: Posting, balance_after: Minor) -> bool:
    """Whether a posting took its account from zero or more to below zero (WAL-4)."""
    return balance_after < 0 <= balance_after - posting.amount


def credit(customer: Customer, amount: Minor, note: str | None) -> Posting:
    """Credit pays off a debt first, simply by raising the balance (WAL-3)."""
    kind = WalletTransactionKind.CREDIT
    ids = customer.subaccount_id, customer.id
    return Posting(*ids, WalletAccount.BALANCE, kind, amount, said(note))


def bonus(customer: Customer, amount: Minor, reason: BonusReason, note: str | None) -> Posting:
    """Promotional money, and why it is given (WAL-6)."""
    kind = WalletTransactionKind.BONUS
    ids = customer.subaccount_id, customer.id
    return Posting(*ids, WalletAccount.BONUS, kind, amount, said(note), bonus_reason=reason)


def fee(customer: Customer, amount: Minor, description: str) -> Posting:
    """A fee may leave a debt (WAL-4)."""
    kind = WalletTransactionKind.FEE
    ids = customer.subaccount_id, customer.id
    return Posting(*ids, WalletAccount.BALANCE, kind, Minor(-amount), description)


def reduction(
    customer: Customer, amount: Minor, reason: str, *, allow_negative: bool = False
) -> Posting:
    """A reduction stops at zero, but where it corrects money already spent (WAL-5)."""
    kind = WalletTransactionKind.DEBIT
    ids = customer.subaccount_id, customer.id
    floor = None if allow_negative else Minor(0)
    return Posting(*ids, WalletAccount.BALANCE, kind, Minor(-amount), reason, floor)


def top_up(
    customer: Customer,
    amount: Minor,
    mode: TransactionMode,
    external_reference: str | None,
    note: str | None,
) -> Posting:
    """Money that came in. A reference names one payment, with or without spaces around (WAL-7)."""
    reference = said(external_reference)
    return Posting(
        customer.subaccount_id,
        customer.id,
        WalletAccount.BALANCE,
        WalletTransactionKind.TOP_UP,
        amount,
        said(note),
        transaction_mode=mode,
        external_reference=reference and reference.strip(),
    )


def reversal(line: WalletTransaction, reason: str) -> Posting:
    """The opposite of a line. It may leave a debt, but takes no bonus that is spent (WAL-10)."""
    return Posting(
        line.subaccount_id,
        line.customer_id,
        line.account,
        WalletTransactionKind.REVERSAL,
        Minor(-line.amount.minor),
        reason,
        Minor(0) if line.account is WalletAccount.BONUS else None,
        reverses_id=line.id,
    )
