"""Notes that operators keep on a customer (CUS-7)."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CustomerId
from domain.page import Place
from domain.refusal import Refusal
from domain.text import unwritten

TEXT_CHARACTERS_MAX = 5000


@dataclass(frozen=True, slots=True)
class CustomerNote:
    """Free text kept by operators on a customer."""

    id: str
    customer_id: CustomerId
    text: str
    author_id: str
    created_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.created_at, self.id)


@dataclass(frozen=True, slots=True)
class Noted:
    """What adding a note did; names only, since a note never changes."""

    customer_id: CustomerId
    note_id: str


def text_problem(text: str) -> Refusal | None:
    """Why a text is no note: 1 to 5,000 characters, not all of them spaces (CUS-7)."""
    return unwritten(text, "text", TEXT_CHARACTERS_MAX)
