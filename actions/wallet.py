"""Every way in which a wallet changes."""

from actions.action import Work, action
from actions.customer import alive
from db import customer as customers
from db import subaccount as subaccounts
from db import wallet as store
from domain import wallet as rules
from domain.access import Permission
from domain.audit import Change
from domain.ids import CustomerId, Prefix
from domain.money import Asked, Money
from domain.refusal import Code, Refusal, Refused, refuse
from domain.text import unreadable
from domain.wallet import Moved, Posting, Wallet

AMOUNT = (
    Code.NOT_FOUND,
    Code.CUSTOMER_DELETED,
    Code.CURRENCY_MISMATCH,
    Code.INVALID_AMOUNT,
    Code.AMOUNT_LIMIT_EXCEEDED,
)


@action(Permission.ADD_CREDIT, refuses=AMOUNT, idempotent=True)
async def add_wallet_credit(
    work: Work, customer_id: CustomerId, amount: Asked, note: str | None
) -> Moved:
    """Add credit to a wallet. It pays off a debt first, simply by raising the balance (WAL-3)."""
    wallet, limit = await _wallet(work, customer_id)
    refuse(rules.amount_problem(amount, limit), unreadable(note or "", "note"))
    return await _move(work, wallet, rules.credit(wallet, amount.minor, note))


async def _wallet(work: Work, customer_id: CustomerId) -> tuple[Wallet, Money]:
    """The wallet, and what one operation may move in it; its balance is not to be relied on."""
    keys = [customer_id]
    found = await customers.by_id(work.connection, work.reach, keys)
    customer = alive(found.get(customer_id))
    wallets = await store.of_customers(work.connection, work.reach, keys)
    fleets = await subaccounts.by_id(work.connection, work.reach, [customer.subaccount_id])
    return wallets[customer_id], fleets[customer.subaccount_id].policy.operation_limit


async def _move(work: Work, wallet: Wallet, posting: Posting) -> Moved:
    """Post, and leave a line in the trail."""
    new = work.new_id(Prefix.TRANSACTION)
    after = await store.post(
        work.connection,
        work.reach,
        posting,
        id=new,
        operation=work.operation,
        actor=work.caller.id,
    )
    if after is None:  # the posting has no floor to fall through: the accounts were closed just now
        raise Refused(Refusal(Code.CUSTOMER_DELETED, "customer_id"))
    before = after - posting.amount
    key = posting.account.lower()
    change = Change(
        wallet.subaccount_id,
        wallet.customer_id,
        before={key: before},
        after={key: after},
        note=posting.note,
    )
    work.changed(change)
    return Moved(wallet.customer_id, [new])
