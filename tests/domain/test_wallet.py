from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import wallet as rules
from domain.customer import Customer, DeviceOs
from domain.identity import IdentityStatus
from domain.money import Minor, Money
from domain.refusal import InsufficientBalance
from domain.wallet import (
    BonusReason,
    Posting,
    TransactionMode,
    Wallet,
    WalletAccount,
    WalletTransaction,
    WalletTransactionKind,
)

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ZERO = Money(Minor(0), "USD")
ADA = Customer(
    *("cust_a", "sub_a", 1, "Ada", None, None, DeviceOs.IOS, "en-US", None, NOW),
    *(None, None, None, None, None, 0, ZERO, False, IdentityStatus.NOT_REQUIRED),
)
amounts = st.integers(1, 10**9).map(Minor)
balances = st.integers(-(10**9), 10**9).map(Minor)


def usd(minor: int) -> Money:
    return Money(Minor(minor), "USD")


def wallet(balance: int, held: int = 0) -> Wallet:
    return Wallet(ADA.id, ADA.subaccount_id, usd(balance), usd(held))


def line(posting: Posting) -> WalletTransaction:
    """What the ledger has of a posting."""
    return WalletTransaction(
        id="wtx_a",
        subaccount_id=posting.subaccount_id,
        customer_id=posting.customer_id,
        account=posting.account,
        kind=posting.kind,
        amount=usd(posting.amount),
        balance_after=ZERO,
        note=posting.note,
        bonus_reason=posting.bonus_reason,
        transaction_mode=posting.transaction_mode,
        external_reference=posting.external_reference,
        actor_id="opr_a",
        ride_id=None,
        reverses_id=None,
        reversed_by_id=None,
        created_at=NOW,
    )


def posted(posting: Posting, held: Wallet) -> int:
    """What the account holds after it."""
    money = held.bonus if posting.account is WalletAccount.BONUS else held.balance
    return money.minor + posting.amount


@pytest.mark.rule("WAL-5")
@given(balances, amounts)
def test_a_reduction_fits_exactly_where_the_balance_stays_at_zero_or_above(
    balance: Minor, amount: Minor
) -> None:
    given_up = rules.shortfall(rules.reduction(ADA, amount, "Twice"), wallet(balance, 10**9))
    allowed = rules.shortfall(
        rules.reduction(ADA, amount, "Twice", allow_negative=True), wallet(balance)
    )

    assert (given_up is None) is (balance - amount >= 0)
    assert allowed is None
    if given_up is not None:
        assert isinstance(given_up, InsufficientBalance)
        assert given_up.required == usd(amount)
        assert 0 <= given_up.available.minor == max(balance, 0) < amount


@pytest.mark.rule("WAL-10")
@given(balances, amounts)
def test_a_line_and_its_reversal_leave_the_wallet_as_it_was(balance: Minor, amount: Minor) -> None:
    for made in (
        rules.fee(ADA, amount, "Brake"),
        rules.reduction(ADA, amount, "Twice"),
        rules.top_up(ADA, amount, TransactionMode.CASH, None, None),
        rules.bonus(ADA, amount, BonusReason.OPERATOR, None),
    ):
        undone = rules.reversal(line(made), "By mistake")

        assert made.amount + undone.amount == 0
        assert (undone.account, undone.customer_id) == (made.account, made.customer_id)
        assert undone.kind is WalletTransactionKind.REVERSAL
        spendable = made.account is WalletAccount.BALANCE
        held = wallet(balance, abs(balance))
        fits = spendable or posted(undone, held) >= 0
        assert (rules.shortfall(undone, held) is None) is fits


@pytest.mark.rule("WAL-4")
@given(balances, st.lists(amounts, max_size=20))
def test_fees_after_each_other_cross_zero_once_at_most(balance: Minor, asked: list[Minor]) -> None:
    crossings, after = 0, balance
    for amount in asked:
        posting = rules.fee(ADA, amount, "Brake")
        after = Minor(after + posting.amount)
        crossings += rules.overdrew(posting, after)

    assert crossings == (balance >= 0 > after)
