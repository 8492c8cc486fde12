import strawberry

from domain import refusal
from domain.refusal import Code
from resolvers import refusal as resolve
from schema.field import plain, resolved, shows
from schema.money import Money


@strawberry.interface(
    description="An expected refusal that a person can act on. Nothing was changed: a payload"
    " with a userError has moved no money, no points and no state."
)
class UserError:
    code: Code = plain("What it is, for programs.")
    message: str = resolved(resolve.message)
    field: list[str] | None = resolved(resolve.field)


@shows(refusal.Refusal)
class Refusal(UserError):
    pass


@shows(refusal.InsufficientBalance)
class InsufficientBalance(UserError):
    available: Money = plain("What could be taken at most; zero where there is a debt.")
    required: Money = plain("What it would take.")
