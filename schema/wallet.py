from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Optional

import strawberry

from domain import wallet
from domain.access import Permission
from domain.wallet import BonusReason, TransactionMode, WalletAccount, WalletTransactionKind
from resolvers import customer as resolve_customer
from resolvers import refusal as resolve_refusal
from resolvers import wallet as resolve
from schema.actor import Actor
from schema.field import listed, mutation, plain, resolved, shows
from schema.money import Money
from schema.node import Node
from schema.page import Connection
from schema.refusal import UserError

if TYPE_CHECKING:  # A graph has cycles where modules have none: the way back is lazy.
    from schema.customer import Customer
    from schema.ride import Ride


@shows(wallet.WalletTransaction)
class WalletTransaction(Node):
    account: WalletAccount = plain("Which of the two accounts moved.")
    kind: WalletTransactionKind = plain("Why it moved.")
    amount: Money = plain("Signed: positive adds, negative takes.")
    balance_after: Money = plain("What the account held after this line.")
    note: str | None = resolved(resolve.note, Permission.VIEW_LINE_NOTES)
    bonus_reason: BonusReason | None = plain("Why a bonus was given; null on other lines.")
    transaction_mode: TransactionMode | None = plain(
        "How the money of a top-up was taken; null on other lines."
    )
    external_reference: str | None = plain("The number of the payment elsewhere.")
    actor: Actor = resolved(resolve.actor)
    ride: Annotated["Ride", strawberry.lazy("schema.ride")] | None = resolved(
        resolve.ride, Permission.VIEW_RIDES
    )
    reverses: Optional["WalletTransaction"] = resolved(resolve.reverses)
    reversed_by: Optional["WalletTransaction"] = resolved(resolve.reversed_by)
    created_at: datetime = plain("When it was booked.")


@shows(wallet.Wallet)
class Wallet:
    balance: Money = plain("May be negative: a debt.")
    bonus: Money = plain("Promotional money, spent before the balance; never negative.")
    available: Money = plain("What rides can draw on: bonus plus any positive balance.")
    debt: Money = plain("How much is owed; zero when the balance is not negative.")
    activity: Connection[WalletTransaction] = resolved(resolve.activity)


@strawberry.type(description="The wallet after the credit, or the reasons why there was none.")
class AddWalletCreditPayload:
    customer: Annotated["Customer", strawberry.lazy("schema.customer")] | None = resolved(
        resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS
    )
    wallet: Wallet | None = resolved(resolve.wallet_of, Permission.VIEW_WALLET)
    transactions: list[WalletTransaction] = listed(resolve.transactions_of, Permission.VIEW_WALLET)
    replayed: bool = plain("The same key and input came before: this is the first outcome.")
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class WalletMutation:
    add_wallet_credit: AddWalletCreditPayload | None = mutation(resolve.add_wallet_credit)
