"""The phone on which a customer has the app, and where its messages go."""

from dataclasses import dataclass
from datetime import datetime

from domain.customer import DeviceOs
from domain.ids import CustomerId, SubaccountId
from domain.refusal import Code, Refusal
from domain.text import unreadable

DEVICES_MAX = 20
"""Of one customer; the ones that started the app longest ago are forgotten."""
TOKEN_CHARACTERS_MAX = 255
WORD_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Device:
    """A phone, by the token under which a push service knows it."""

    subaccount_id: SubaccountId
    token: str
    customer_id: CustomerId
    os: DeviceOs
    locale: str | None
    device_id: str | None
    app_version: str | None
    registered_at: datetime


def device_problems(
    token: str, device_id: str | None, app_version: str | None
) -> tuple[Refusal | None, ...]:
    """Why a device cannot be registered: no token, one with spaces, or a text that is too long."""
    spaced = not token or any(letter.isspace() for letter in token)
    return (
        Refusal(Code.INVALID_INPUT, "token")
        if spaced
        else unreadable(token, "token", TOKEN_CHARACTERS_MAX),
        unreadable(device_id or "", "device_id", WORD_CHARACTERS_MAX),
        unreadable(app_version or "", "app_version", WORD_CHARACTERS_MAX),
    )
