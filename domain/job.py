"""Jobs: what is done soon after a change, because the change's transaction may not wait for it."""

from dataclasses import dataclass
from enum import StrEnum, auto

from domain.ids import SubaccountId


class JobKind(StrEnum):
    """What is to be done."""

    DELIVER_NOTIFICATION = auto()
    CHECK_RECEIPT = auto()
    ASSESS_SIGNUP = auto()
    LOOK_UP_PHONE = auto()


@dataclass(frozen=True, slots=True)
class Job:
    """A thing to do, at least once. It names its subject, and holds nothing about it."""

    kind: JobKind
    subaccount_id: SubaccountId
    subject_id: str
