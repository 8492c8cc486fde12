"""TypeIDs: a prefix that says what the id names, and a UUIDv7 in Crockford's base 32."""

import re
from datetime import datetime
from enum import StrEnum
from secrets import randbits
from typing import TypeAlias
from uuid import UUID

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

SubaccountId: TypeAlias = str
CustomerId: TypeAlias = str


class Prefix(StrEnum):
    ACHIEVEMENT = "ach"
    AUDIT = "aud"
    CHALLENGE = "chal"
    CUSTOMER = "cust"
    FREE_UNLOCK = "fun"
    JOB = "job"
    NOTE = "note"
    NOTIFICATION = "ntf"
    OPERATION = "op"
    OPERATOR = "opr"
    PARTNER_KEY = "key"
    PAYMENT_METHOD = "pm"
    PLAN = "plan"
    POINTS_TRANSACTION = "ptx"
    PROMO_CODE = "promo"
    PROMO_REDEMPTION = "prd"
    PURCHASE = "pur"
    REFERRAL_TIER = "rtier"
    REGION = "reg"
    REQUEST = "req"
    RIDE = "ride"
    RIDE_PACKAGE = "pkg"
    RIDE_SUBSCRIPTION = "rsub"
    SUBACCOUNT = "sub"
    SUBSCRIPTION_PERIOD = "spd"
    TIER = "tier"
    TRANSACTION = "wtx"
    VEHICLE = "veh"
    ZONE = "zone"


TYPE_ID = re.compile(rf"({'|'.join(Prefix)})_[0-7][{ALPHABET}]{{25}}")


def new(prefix: Prefix, at: datetime) -> str:
    """An id that sorts by the millisecond of its making."""
    return encode(prefix, uuid7(at, randbits(74)))


def prefix_of(text: str) -> Prefix | None:
    """What an id names; None for a text that was never an id."""
    found = TYPE_ID.fullmatch(text)
    return None if found is None else Prefix(found[1])


def encode(prefix: Prefix, value: UUID) -> str:
    """The id as the TypeID specification (version 0.3) writes it."""
    letters = (ALPHABET[value.int >> shift & 31] for shift in range(125, -1, -5))
    return f"{prefix}_{''.join(letters)}"


def uuid7(at: datetime, random: int) -> UUID:
    """RFC 9562, version 7: 48 bits of milliseconds, then version, variant and 74 random bits."""
    millis = int(at.timestamp() * 1000)
    high, low = random >> 62 & 0xFFF, random & (1 << 62) - 1
    return UUID(int=millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
