import strawberry

from domain.access import Permission
from resolvers import customer as resolve_customer
from resolvers import identity as resolve
from resolvers import refusal as resolve_refusal
from schema.customer import Customer
from schema.field import mutation, resolved
from schema.refusal import UserError


@strawberry.type(description="The customer who has to prove who they are, or why nothing changed.")
class RequireIdentityVerificationPayload:
    customer: Customer | None = resolved(resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The customer who no longer has to, or why nothing changed.")
class ClearIdentityRequirementPayload:
    customer: Customer | None = resolved(resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type(description="The customer who is verified, or why nothing changed.")
class VerifyIdentityManuallyPayload:
    customer: Customer | None = resolved(resolve_customer.of_outcome, Permission.OPEN_CUSTOMERS)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class IdentityMutation:
    require_identity_verification: RequireIdentityVerificationPayload | None = mutation(
        resolve.require_identity_verification
    )
    clear_identity_requirement: ClearIdentityRequirementPayload | None = mutation(
        resolve.clear_identity_requirement
    )
    verify_identity_manually: VerifyIdentityManuallyPayload | None = mutation(
        resolve.verify_identity_manually
    )
