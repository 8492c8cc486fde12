from domain import money
from resolvers import money as resolve
from resolvers.scalars import CurrencyCode, Decimal
from schema.field import plain, resolved, shows


@shows(money.Money)
class Money:
    amount: Decimal = plain("In whole units, with all the decimals of the currency.")
    currency: CurrencyCode = plain("The fleet's currency.")
    formatted: str = resolved(resolve.formatted)
