from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.access import Permission
from resolvers import customer as resolve_customer
from resolvers import phone as resolve
from resolvers import refusal as resolve_refusal
from schema.field import mutation, resolved
from schema.refusal import UserError

if TYPE_CHECKING:
    from schema.customer import Customer


@strawberry.type(description="The customer with the look-up as it is still, or why there is none.")
class RefreshPhoneLookupPayload:
    customer: Annotated["Customer", strawberry.lazy("schema.customer")] | None = resolved(
        resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS
    )
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class PhoneMutation:
    refresh_phone_lookup: RefreshPhoneLookupPayload | None = mutation(resolve.refresh_phone_lookup)
