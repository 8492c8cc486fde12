from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import ID, Parent

from actions import wallet as actions
from actions.action import Outcome
from db import ride as rides
from db import wallet as store
from domain.access import Rider
from domain.actor import Actor
from domain.customer import Customer
from domain.ids import Prefix
from domain.page import Page
from domain.ride import Ride
from domain.wallet import (
    ActivityFilter,
    Moved,
    Wallet,
    WalletAccount,
    WalletTransaction,
    WalletTransactionKind,
)
from resolvers import actor as actors
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.page import Paging
from resolvers.performs import performs
from resolvers.scalars import MoneyInput

ACTIVITY = "wallet"


@strawberry.input(description="Which lines of the wallet's ledger are listed.")
class WalletActivityFilter:
    accounts: list[WalletAccount] | None = strawberry.field(
        default=None, description="Of these accounts."
    )
    kinds: list[WalletTransactionKind] | None = strawberry.field(
        default=None, description="Of these kinds."
    )
    from_: datetime | None = strawberry.field(
        default=None, name="from", description="Booked at this time or later."
    )
    to: datetime | None = strawberry.field(default=None, description="Booked before this time.")

    def decoded(self) -> ActivityFilter:
        accounts = None if self.accounts is None else tuple(self.accounts)
        kinds = None if self.kinds is None else tuple(self.kinds)
        return ActivityFilter(accounts, kinds, self.from_, self.to)


@strawberry.input(description="A credit to a customer's wallet.")
class AddWalletCreditInput:
    customer_id: ID = strawberry.field(description="Whose wallet.")
    amount: MoneyInput = strawberry.field(description="Above zero, up to the operation limit.")
    note: str | None = strawberry.field(
        default=None, description="For the ledger and the trail; up to 500 characters."
    )
    idempotency_key: str = strawberry.field(
        description="1 to 255 characters; the same key never books twice."
    )


async def of_customer(customer: Parent[Customer], info: Info) -> Wallet | None:
    """Real money and bonus."""
    return await info.context.load(store.of_customers, customer.id)


async def activity(
    wallet: Parent[Wallet],
    info: Info,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filter: WalletActivityFilter | None = None,
) -> Page[WalletTransaction] | None:
    """Lines of both accounts, newest first; 20 a page unless asked, 100 at most (WAL-11)."""
    only = ActivityFilter() if filter is None else filter.decoded()
    key = Paging(first, after, last, before).key(
        ACTIVITY, wallet.subaccount_id, wallet.customer_id, only
    )
    return await info.context.load(store.activity, key)


async def transaction(info: Info, id: str) -> WalletTransaction | None:
    return await info.context.load(store.transactions, id)


def note(line: Parent[WalletTransaction], info: Info) -> str | None:
    """The operator's words; a rider reads the description of a fee, and of no other line."""
    if isinstance(info.context.caller, Rider) and line.kind is not WalletTransactionKind.FEE:
        return None
    return line.note


async def actor(line: Parent[WalletTransaction], info: Info) -> Actor:
    """Who booked it."""
    return await actors.by_id(info, line.actor_id)


async def ride(line: Parent[WalletTransaction], info: Info) -> Ride | None:
    """The ride that it pays for or gives back."""
    return None if line.ride_id is None else await info.context.load(rides.by_id, line.ride_id)


async def reverses(line: Parent[WalletTransaction], info: Info) -> WalletTransaction | None:
    """The transaction that this one undoes."""
    return None if line.reverses_id is None else await transaction(info, line.reverses_id)


async def reversed_by(line: Parent[WalletTransaction], info: Info) -> WalletTransaction | None:
    """The transaction that undid this one."""
    return None if line.reversed_by_id is None else await transaction(info, line.reversed_by_id)


async def wallet_of(outcome: Parent[Outcome[Moved]], info: Info) -> Wallet | None:
    """The wallet as it is now; on a replay others may have changed it since."""
    if outcome.result is None:
        return None
    return await info.context.load(store.of_customers, outcome.result.customer_id)


async def transactions_of(
    outcome: Parent[Outcome[Moved]], info: Info
) -> Sequence[WalletTransaction]:
    """The lines that this operation wrote; on a replay the first ones."""
    made = [] if outcome.result is None else outcome.result.transaction_ids
    found = await info.context.loader(store.transactions).load_many(list(made))
    return [line for line in found if isinstance(line, WalletTransaction)]


@performs(actions.add_wallet_credit)
async def add_wallet_credit(info: Info, input: AddWalletCreditInput) -> Outcome[Moved]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(
        actions.add_wallet_credit,
        input.idempotency_key,
        customer_id,
        input.amount.asked(),
        input.note,
    )
