import strawberry

from domain.access import Permission
from resolvers import customer as resolve_customer
from resolvers import refusal as resolve_refusal
from resolvers import signup as resolve
from schema.customer import Customer
from schema.field import mutation, plain, resolved
from schema.refusal import UserError


@strawberry.type(description="The new customer, or the reasons why there is none.")
class RegisterCustomerPayload:
    customer: Customer | None = resolved(resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS)
    replayed: bool = plain("The same key and input came before: this is the first outcome.")
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class SignupMutation:
    register_customer: RegisterCustomerPayload | None = mutation(resolve.register_customer)
