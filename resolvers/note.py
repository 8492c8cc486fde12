import strawberry
from strawberry import ID, Parent

from actions import customer as actions
from actions.action import Outcome
from db import note as notes
from domain.ids import Prefix
from domain.note import CustomerNote, Noted
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.performs import performs


@strawberry.input(description="A note to be kept on a customer.")
class AddCustomerNoteInput:
    customer_id: ID = strawberry.field(description="On whom.")
    text: str = strawberry.field(description="1 to 5,000 characters.")


async def of_outcome(outcome: Parent[Outcome[Noted]], info: Info) -> CustomerNote | None:
    """The note as it is kept; null where none was."""
    if outcome.result is None:
        return None
    return await info.context.load(notes.by_id, outcome.result.note_id)


@performs(actions.add_customer_note)
async def add_customer_note(info: Info, input: AddCustomerNoteInput) -> Outcome[Noted]:
    customer_id = id_of(input.customer_id, Prefix.CUSTOMER)
    return await info.context.perform(actions.add_customer_note, None, customer_id, input.text)
