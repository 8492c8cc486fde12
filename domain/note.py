"""Notes that operators keep on a customer (CUS-7)."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import CustomerId
from domain.page import Place


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
