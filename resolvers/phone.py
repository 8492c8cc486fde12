import strawberry
from strawberry import ID

from actions import phone as actions
from actions.action import Outcome
from domain.customer import Touched
from domain.ids import Prefix
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.performs import performs


@strawberry.input(description="Whose number is looked up anew.")
class RefreshPhoneLookupInput:
    customer_id: ID = strawberry.field(description="The customer.")


@performs(actions.refresh_phone_lookup)
async def refresh_phone_lookup(info: Info, input: RefreshPhoneLookupInput) -> Outcome[Touched]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(actions.refresh_phone_lookup, None, customer_id)
