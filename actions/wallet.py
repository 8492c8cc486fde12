"""Every way in which a wallet changes."""

from typing import NoReturn

from actions.action import Work, action
from actions.customer import alive, held
from actions.notification import notify
from db import customer as customers
from db import ledger
from db import subaccount as subaccounts
from db import wallet as store
from db.engine import Conflict
from domain import wallet as rules
from domain.access import Permission, Rider
from domain.audit import Change
from domain.customer import Customer
from domain.fault import Forbidden
from domain.ids import CustomerId, Prefix
from domain.money import MINOR_MAX, Asked, Minor, Money
from domain.notice import debt_notice
from domain.notification import NotificationType
from domain.refusal import Code, Refusal, Refused, refuse
from domain.text import REFERENCE_CHARACTERS_MAX, unreadable, unsaid
from domain.wallet import BonusReason, Moved, Posting, TransactionMode

AMOUNT = (
    Code.NOT_FOUND,
    Code.CUSTOMER_DELETED,
    Code.CURRENCY_MISMATCH,
    Code.INVALID_AMOUNT,
    Code.AMOUNT_LIMIT_EXCEEDED,
)
TOP_UP = (Code.CUSTOMER_BLOCKED, Code.ALREADY_EXISTS, Code.PROVIDER_UNAVAILABLE)
UNDO = (
    Code.NOT_FOUND,
    Code.CUSTOMER_DELETED,
    Code.REASON_REQUIRED,
    Code.CONFLICT,
    Code.INSUFFICIENT_BALANCE,
)


@action(Permission.ADD_CREDIT, refuses=AMOUNT, idempotent=True)
async def add_wallet_credit(
    work: Work, customer_id: CustomerId, amount: Asked, note: str | None
) -> Moved:
    """Add credit to a wallet. It pays off a debt first, simply by raising the balance (WAL-3)."""
    customer = await _customer(work, customer_id)
    refuse(await _amount_problem(work, customer, amount), unreadable(note or "", "note"))
    return await _move(work, rules.credit(customer, amount.minor, note))


@action(Permission.ADD_BONUS, refuses=(*AMOUNT, Code.REASON_REQUIRED), idempotent=True)
async def add_bonus(
    work: Work, customer_id: CustomerId, amount: Asked, reason: BonusReason, note: str | None
) -> Moved:
    """Give promotional money; a note has to say why where the reason is OTHER (WAL-6)."""
    customer = await _customer(work, customer_id)
    note_problem = unsaid if reason is BonusReason.OTHER else unreadable
    refuse(await _amount_problem(work, customer, amount), note_problem(note or "", "note"))
    return await _move(work, rules.bonus(customer, amount.minor, reason, note))


@action(Permission.CHARGE_FEE, refuses=(*AMOUNT, Code.REASON_REQUIRED), idempotent=True)
async def charge_fee(work: Work, customer_id: CustomerId, amount: Asked, description: str) -> Moved:
    """Charge a fee. It may overdraw the balance, and the customer is told when it does (WAL-4)."""
    customer = await _customer(work, customer_id)
    refuse(await _amount_problem(work, customer, amount), unsaid(description, "description"))
    posting = rules.fee(customer, amount.minor, description)
    line, after = await _book(work, posting)
    if rules.overdrew(posting, after):
        notice = debt_notice(customer.locale, Money(after, amount.currency))
        await notify(work, customer, NotificationType.WALLET, *notice)
    return Moved(customer_id, [line])


@action(
    Permission.REDUCE_BALANCE,
    refuses=(*AMOUNT, Code.REASON_REQUIRED, Code.INSUFFICIENT_BALANCE),
    idempotent=True,
)
async def reduce_balance(
    work: Work, customer_id: CustomerId, amount: Asked, reason: str, *, allow_negative: bool
) -> Moved:
    """Take money from a balance, silently; below zero only where that is allowed (WAL-5)."""
    customer = await _customer(work, customer_id)
    refuse(await _amount_problem(work, customer, amount), unsaid(reason, "reason"))
    reduction = rules.reduction(customer, amount.minor, reason, allow_negative=allow_negative)
    return await _move(work, reduction)


@action(Permission.TOP_UP, refuses=(*AMOUNT, *TOP_UP), idempotent=True)
async def top_up_wallet(
    work: Work,
    customer_id: CustomerId,
    amount: Asked,
    mode: TransactionMode,
    external_reference: str | None,
    note: str | None,
) -> Moved:
    """Record money taken elsewhere (WAL-7). SAVED_CARD, a rider's one mode, is not at hand yet."""
    by_card = mode is TransactionMode.SAVED_CARD
    if not by_card and not work.caller.may(Permission.RECORD_TOP_UP):
        raise Forbidden
    customer = await held(work, customer_id)
    refuse(
        # Whoever asks: the rule is about whose wallet it is (CUS-4).
        Refusal(Code.CUSTOMER_BLOCKED, "customer_id") if customer.blocked else None,
        await _amount_problem(work, customer, amount),
        unreadable(external_reference or "", "external_reference", REFERENCE_CHARACTERS_MAX),
        unreadable(note or "", "note"),
    )
    refuse(Refusal(Code.PROVIDER_UNAVAILABLE, "mode") if by_card else None)
    return await _move(work, rules.top_up(customer, amount.minor, mode, external_reference, note))


@action(Permission.REVERSE, refuses=UNDO, idempotent=True)
async def reverse_wallet_transaction(work: Work, transaction_id: str, reason: str) -> Moved:
    """Undo a line of the ledger by its opposite, once and silently (WAL-10)."""
    # The operation limit held for the line, and is not asked again (WAL-9).
    lines = await store.transactions(work.connection, work.reach, [transaction_id])
    if transaction_id not in lines:
        raise Refused(Refusal(Code.NOT_FOUND, "transaction_id"))
    line = lines[transaction_id]
    await _customer(work, line.customer_id, "transaction_id")
    refuse(rules.irreversible(line), unsaid(reason, "reason"))
    return await _move(work, rules.reversal(line, reason))


async def _customer(work: Work, id: CustomerId, field: str = "customer_id") -> Customer:
    """The customer, not kept from changing: what is posted to a deleted one moves nothing."""
    found = await customers.by_id(work.connection, work.reach, [id])
    return alive(found.get(id), field)


async def _amount_problem(work: Work, customer: Customer, amount: Asked) -> Refusal | None:
    """Why an amount cannot move. Operators and partners have the fleet's limit (WAL-9)."""
    id = customer.subaccount_id
    fleets = await subaccounts.by_id(work.connection, work.reach, [id])
    limit = fleets[id].policy.operation_limit
    if isinstance(work.caller, Rider):
        limit = Money(Minor(MINOR_MAX), limit.currency)
    return rules.amount_problem(amount, limit)


async def _move(work: Work, posting: Posting) -> Moved:
    line, _ = await _book(work, posting)
    return Moved(posting.customer_id, [line])


async def _book(work: Work, posting: Posting) -> tuple[str, Minor]:
    """Post, and leave a line in the trail; the id of the ledger's line, and the balance after."""
    new = work.new_id(Prefix.TRANSACTION)
    after = await ledger.post(
        work.connection,
        work.reach,
        posting,
        id=new,
        operation=work.operation,
        actor=work.caller.id,
    )
    if after is None:
        await _unposted(work, posting)
    key = posting.account.lower()
    change = Change(
        posting.subaccount_id,
        posting.customer_id,
        before={key: after - posting.amount},
        after={key: after},
        note=posting.note,
    )
    work.changed(change)
    return new, after


async def _unposted(work: Work, posting: Posting) -> NoReturn:
    """Refuse for what kept a posting from being made, found out after the fact."""
    owner, undone = posting.customer_id, posting.reverses_id
    await _customer(work, owner, "customer_id" if undone is None else "transaction_id")
    if undone is not None:
        lines = await store.transactions(work.connection, work.reach, [undone])
        refuse(rules.irreversible(lines[undone]))
    wallets = await store.of_customers(work.connection, work.reach, [owner])
    refuse(rules.shortfall(posting, wallets[owner]))
    raise Conflict  # money came in just now, and it is enough: the unit is tried again
