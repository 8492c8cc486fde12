import strawberry

from resolvers import policy as resolve
from resolvers import refusal as resolve_refusal
from resolvers import subaccount as resolve_subaccount
from schema.field import mutation, resolved
from schema.refusal import UserError
from schema.subaccount import Subaccount


@strawberry.type(description="The fleet with its policy, or every reason why nothing changed.")
class UpdateRidePolicyPayload:
    subaccount: Subaccount | None = resolved(resolve_subaccount.of_outcome)
    user_errors: list[UserError] = resolved(resolve_refusal.user_errors)


@strawberry.type
class PolicyMutation:
    update_ride_policy: UpdateRidePolicyPayload | None = mutation(resolve.update_ride_policy)
