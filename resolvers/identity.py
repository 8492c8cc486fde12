import strawberry
from strawberry import ID

from actions import identity as actions
from actions.action import Outcome
from domain.customer import Touched
from domain.identity import IdentityDocumentType
from domain.ids import Prefix
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.performs import performs


@strawberry.input(description="Who has to prove who they are, and why.")
class RequireIdentityVerificationInput:
    customer_id: ID = strawberry.field(description="Who has to.")
    reason: str = strawberry.field(description="Why; 1 to 500 characters.")


@strawberry.input(description="Who no longer has to prove who they are.")
class ClearIdentityRequirementInput:
    customer_id: ID = strawberry.field(description="Who no longer has to.")
    note: str | None = strawberry.field(
        default=None, description="For the trail; up to 500 characters."
    )


@strawberry.input(description="Who has proven who they are, to an operator.")
class VerifyIdentityManuallyInput:
    customer_id: ID = strawberry.field(description="Who has.")
    notes: str = strawberry.field(description="How the operator made sure; 1 to 500 characters.")
    id_type: IdentityDocumentType | None = strawberry.field(
        default=None, description="What was shown, where it was a document."
    )


@performs(actions.require_identity_verification)
async def require_identity_verification(
    info: Info, input: RequireIdentityVerificationInput
) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    action = actions.require_identity_verification
    return await info.context.perform(action, None, customer_id, input.reason)


@performs(actions.clear_identity_requirement)
async def clear_identity_requirement(
    info: Info, input: ClearIdentityRequirementInput
) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    action = actions.clear_identity_requirement
    return await info.context.perform(action, None, customer_id, input.note)


@performs(actions.verify_identity_manually)
async def verify_identity_manually(
    info: Info, input: VerifyIdentityManuallyInput
) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    action = actions.verify_identity_manually
    return await info.context.perform(action, None, customer_id, input.notes, input.id_type)
