"""What tests need to exist. Keyword-only, and every default harmless."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import asyncpg
import orjson

from domain import ids
from domain.access import CallerKind, Role, Scope
from domain.ids import Prefix
from domain.job import JobKind
from server.development import OPERATORS, RIDERS, Development

NUMBERS = count(1)
HOUR = timedelta(hours=1)
JOINED = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Who:
    """Somebody with a credential; the id is that of the operator, customer or key."""

    id: str
    token: str


class Make:
    """Writes rows as they are, past all policies; constraints still hold."""

    def __init__(self, store: asyncpg.Pool, issuer: Development) -> None:
        self.store = store
        self.issuer = issuer

    async def row(self, table: str, **values: Any) -> None:
        """One row; dicts and lists of lists are kept as JSON."""
        kept = [orjson.dumps(v).decode() if isinstance(v, dict) else v for v in values.values()]
        places = ", ".join(f"${place}" for place in range(1, len(kept) + 1))
        columns = ", ".join(f'"{name}"' for name in values)
        await self.store.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *kept)  # noqa: S608

    async def fleet(self, **changed: Any) -> "Fleet":
        """A fleet of the defaults of GEN-4 in USD."""
        id = new(Prefix.SUBACCOUNT)
        values = {
            "id": id,
            "name": "Test fleet",
            "currency": "USD",
            "timezone": "America/New_York",
            "default_locale": "en-US",
            "share_url": "https://ride.example/r/",
            "payment_mode": "WALLET",
            "minimum_wallet_balance": 50,
            "unlock_fee": 100,
            "per_minute_rate": 25,
            "vehicle_online_window_minutes": 60,
            "operation_limit": 1_000_000,
            "minimum_age": 18,
            "prepaid_risk_countries": [],
            "identity_mode": "DISABLED",
            "identity_risk_threshold": 15,
        }
        await self.row("subaccount", **(values | changed))
        return Fleet(self, id)

    async def operator(self, *fleets: "Fleet", role: Role = Role.ADMIN, **changed: Any) -> Who:
        """An operator of these fleets."""
        id = new(Prefix.OPERATOR)
        values = {"name": "Olga Operator", "email": "olga@fleet.example", "locale": "en-US"}
        own = {"id": id, "issuer": OPERATORS, "subject": id, "role": role}
        await self.row("operator", **own, **(values | changed))
        for fleet in fleets:
            await self.row("operator_assignment", subaccount_id=fleet.id, operator_id=id)
        return Who(id, self.issuer.mint(CallerKind.OPERATOR, id, HOUR))


class Fleet:
    """One subaccount, the people around it, and what the ledger and the trail hold of it."""

    def __init__(self, make: Make, id: str) -> None:
        self.make = make
        self.id = id

    async def row(self, table: str, **values: Any) -> str:
        """One row of this fleet; gives its id, if it has one."""
        await self.make.row(table, subaccount_id=self.id, **values)
        return str(values.get("id", ""))

    async def operator(self, role: Role = Role.ADMIN, **changed: Any) -> Who:
        return await self.make.operator(self, role=role, **changed)

    async def rider(self, customer_id: str) -> Who:
        own = {"issuer": RIDERS, "subject": customer_id, "customer_id": customer_id}
        await self.row("rider", **own)
        return Who(customer_id, self.make.issuer.mint(CallerKind.RIDER, customer_id, HOUR))

    async def partner(self, *scopes: Scope, **changed: Any) -> Who:
        id, secret = new(Prefix.PARTNER_KEY), "s" * 32
        values = {
            "name": "Partner Inc.",
            "prefix": "kst_test",
            "secret_hash": sha256(secret.encode()).digest(),
            "scopes": list(scopes),
            "rate_limit_per_minute": 600,
            "created_at": JOINED,
        }
        await self.row("partner_key", id=id, **(values | changed))
        return Who(id, f"kst_{id.removeprefix('key_')}_{secret}")

    async def region(self, name: str = "Downtown") -> str:
        return await self.row("region", id=new(Prefix.REGION), name=name)

    async def customer(
        self,
        *,
        balance: int = 0,
        bonus: int = 0,
        deleted_at: datetime | None = None,
        **changed: Any,
    ) -> str:
        """A customer, by the function that writes them all, and an opening balance as credit."""
        number = next(NUMBERS)
        id = new(Prefix.CUSTOMER)
        values = {
            "subaccount_id": self.id,
            "id": id,
            "number": number,
            "name": "Ada Lovelace",
            "email": f"ada{number}@rider.example",
            "phone": "+14155550100",
            "device_os": "IOS",
            "locale": "en-US",
            "joined_at": JOINED,
            "referral_code": f"ADA{number}",
        }
        await self.called("add_customer", orjson.dumps(values | changed).decode())
        if balance:
            await self.post(id, balance, "CREDIT" if balance > 0 else "FEE")
        if bonus:
            await self.post(id, bonus, "BONUS", account="BONUS", bonus_reason="OPERATOR")
        if deleted_at:
            await self.change(id, deleted_at=deleted_at)
        return id

    async def job(self, kind: JobKind, subject_id: str = "nothing", **changed: Any) -> str:
        """A job that is due."""
        now = datetime.now(UTC)
        values = {"kind": kind, "subject_id": subject_id, "created_at": now, "due_at": now}
        return await self.row("job", id=new(Prefix.JOB), **(values | changed))

    async def post(
        self, customer_id: str, amount: int, kind: str = "CREDIT", **changed: Any
    ) -> str:
        """A line of the ledger, by the statement that writes them all; gives its id."""
        account = changed.pop("account", "BALANCE")
        id = new(Prefix.POINTS_TRANSACTION if account == "POINTS" else Prefix.TRANSACTION)
        values = {"operation": new(Prefix.OPERATION), "who": "sys:test", "words": None}
        named: Mapping[str, Any] = values | {NAMES.get(k, k): v for k, v in changed.items()}
        given = {
            "subaccount": self.id,
            "customer": customer_id,
            "account_kind": account,
            "change": amount,
            "floor": None,
            "entry_id": id,
            "entry_kind": kind,
            **named,
        }
        after = await self.called("post_entry", **given)
        assert after is not None
        return id

    async def change(self, customer_id: str, **changes: Any) -> None:
        """Change a customer, by the function that every change goes through."""
        changed = orjson.dumps(changes).decode()
        assert await self.called("change_customer", self.id, customer_id, changed)

    async def called(self, function: str, *values: Any, **named: Any) -> Any:
        """What a function of the database gives, called as for this fleet."""
        places = [f"${place}" for place in range(1, len(values) + 1)]
        places += [f"{name} => ${place}" for place, name in enumerate(named, len(values) + 1)]
        async with self.make.store.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('app.subaccounts', $1, true)", self.id)
            return await connection.fetchval(
                f"SELECT {function}({', '.join(places)})", *values, *named.values()
            )

    async def kept(self, *tables: str) -> dict[str, int]:
        """How many rows of each consequence this fleet has."""
        named = tables or ("entry", "audit_entry")
        return {
            table: await self.make.store.fetchval(
                f"SELECT count(*) FROM {table} WHERE subaccount_id = $1",  # noqa: S608
                self.id,
            )
            for table in named
        }


NAMES = {"actor": "who", "note": "words", "bonus_reason": "reason", "ride_id": "ride"}
"""Columns of `entry` whose parameter of `post_entry` has another name."""


def new(prefix: Prefix) -> str:
    return ids.new(prefix, datetime.now(UTC))


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}
