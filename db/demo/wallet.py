"""How customers put money into their wallets."""

from db.demo import news
from db.demo.audit import write_audit
from db.demo.life import Life
from db.demo.money import BALANCE, More
from db.demo.world import SECOND
from domain.access import Role
from domain.actor import system
from domain.wallet import TransactionMode, WalletTransactionKind

TELLER = Role.CUSTOMER_SUPPORT
ELSEWHERE = (
    TransactionMode.CASH,
    TransactionMode.CARD_TERMINAL,
    TransactionMode.CARD_TERMINAL,
    TransactionMode.BANK_TRANSFER,
    TransactionMode.OTHER,
)
DECLINED = 0.04
CHARGER = system("auto-top-up")


def top_up(life: Life, at: int, least: int = 0) -> None:
    """By the saved card, or else money that an operator took (WAL-7); ends at `least` or more."""
    missing = max(0, least - life.balance)
    choices = [amount for amount in life.fleet.spec.top_ups if amount >= missing]
    step = life.fleet.spec.top_ups[-1]
    amount = life.world.one_of(choices) if choices else -(-missing // step) * step
    if life.card(at) is not None:
        operation, more = life.act(at), More(mode=TransactionMode.SAVED_CARD)
        life.ledger.post(operation, BALANCE, WalletTransactionKind.TOP_UP, amount, more)
    else:
        record_top_up(life, at, amount)


def top_up_freely(life: Life, at: int, _: object) -> None:
    top_up(life, at)


def record_top_up(life: Life, at: int, amount: int) -> None:
    """Money taken elsewhere, with its receipt; an operator may still reverse it."""
    operation = life.act(at, life.world.staff[TELLER])
    mode = life.world.one_of(ELSEWHERE)
    more = More(mode=mode, reference=life.fleet.reference())
    before = life.balance
    kind = WalletTransactionKind.TOP_UP
    life.undoable = life.ledger.post(operation, BALANCE, kind, amount, more)
    write_audit(life, operation, "top_up_wallet", balance=(before, life.balance))


def charge_automatically(life: Life, at: int) -> None:
    """Top up by the card, where the fleet says when; one attempt, and a word if it fails."""
    policy = life.fleet.spec.auto_top_up
    if policy is None or life.balance >= policy[0] or life.card(at) is None:
        return
    if life.world.happens(DECLINED):
        news.tell(life, at + SECOND, news.DECLINED, amount=news.money(life, policy[1]))
        return
    operation = life.act(at + SECOND, CHARGER)
    more = More(mode=TransactionMode.SAVED_CARD)
    life.ledger.post(operation, BALANCE, WalletTransactionKind.AUTO_TOP_UP, policy[1], more)
