"""What the mutations of the wallet take."""

import strawberry
from strawberry import ID

from domain.wallet import BonusReason, TransactionMode
from resolvers.scalars import MoneyInput

AMOUNT = "Above zero, up to the operation limit."
KEY = "1 to 255 characters; the same key never books twice."
NOTE = "For the ledger and the trail; up to 500 characters."
WALLET = "Whose wallet."


@strawberry.input(description="A credit to a customer's wallet.")
class AddWalletCreditInput:
    customer_id: ID = strawberry.field(description=WALLET)
    amount: MoneyInput = strawberry.field(description=AMOUNT)
    note: str | None = strawberry.field(default=None, description=NOTE)
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="Promotional money for a customer.")
class AddBonusInput:
    customer_id: ID = strawberry.field(description=WALLET)
    amount: MoneyInput = strawberry.field(description=AMOUNT)
    reason: BonusReason = strawberry.field(description="Why it is given.")
    note: str | None = strawberry.field(
        default=None, description=f"{NOTE} Required with the reason OTHER."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A fee, for damage or a penalty.")
class ChargeFeeInput:
    customer_id: ID = strawberry.field(description=WALLET)
    amount: MoneyInput = strawberry.field(description=AMOUNT)
    description: str = strawberry.field(
        description="What for; the customer reads it. 1 to 500 characters."
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="Money to take from a balance, of which the customer is not told.")
class ReduceBalanceInput:
    customer_id: ID = strawberry.field(description=WALLET)
    amount: MoneyInput = strawberry.field(description=AMOUNT)
    reason: str = strawberry.field(description="For the ledger and the trail; 1 to 500 characters.")
    allow_negative: bool = strawberry.field(
        default=False,
        description="Whether it may leave a debt: to correct what was spent already.",
    )
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="Money that comes into a wallet.")
class TopUpWalletInput:
    customer_id: ID = strawberry.field(description=WALLET)
    amount: MoneyInput = strawberry.field(description=AMOUNT)
    mode: TransactionMode = strawberry.field(description="How the money is taken.")
    external_reference: str | None = strawberry.field(
        default=None,
        description="The payment's number elsewhere, once a fleet and mode; up to 255 characters.",
    )
    note: str | None = strawberry.field(default=None, description=NOTE)
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="A line of the ledger to undo.")
class ReverseWalletTransactionInput:
    transaction_id: ID = strawberry.field(description="Which line.")
    reason: str = strawberry.field(description="For the ledger and the trail; 1 to 500 characters.")
    idempotency_key: str = strawberry.field(description=KEY)
