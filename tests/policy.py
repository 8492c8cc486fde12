"""The policy of a fleet of the defaults, and asking for another."""

from typing import Any

from tests.api import Api
from tests.make import Fleet, Who, usd

MONEY = "{ amount currency }"
POLICY = f"""policy {{
  paymentMode minimumWalletBalance {MONEY} unlockFee {MONEY} perMinuteRate {MONEY}
  vehicleOnlineWindowMinutes operationLimit {MONEY} minimumAge prepaidRiskCountries
  identityMode identityRiskThreshold autoTopUp {{ triggerBelow {MONEY} amount {MONEY} }}
}}"""
UPDATE = f"""mutation ($input: UpdateRidePolicyInput!) {{ updateRidePolicy(input: $input) {{
  subaccount {{ id {POLICY} }} userErrors {{ code field message }} }} }}"""
SHOWN = f"query ($id: ID!) {{ subaccount(id: $id) {{ {POLICY} }} }}"
AT_FIRST: dict[str, Any] = {
    "paymentMode": "WALLET",
    "minimumWalletBalance": usd("0.50"),
    "unlockFee": usd("1.00"),
    "perMinuteRate": usd("0.25"),
    "vehicleOnlineWindowMinutes": 60,
    "operationLimit": usd("10000.00"),
    "minimumAge": 18,
    "prepaidRiskCountries": [],
    "identityMode": "DISABLED",
    "identityRiskThreshold": 15,
    "autoTopUp": None,
}
WANTED: dict[str, Any] = {
    "paymentMode": "POST_PAID",
    "minimumWalletBalance": usd("0"),
    "unlockFee": usd("0.00"),
    "perMinuteRate": usd("0.3"),
    "vehicleOnlineWindowMinutes": 90,
    "operationLimit": usd("0.01"),
    "minimumAge": 0,
    "prepaidRiskCountries": ["US", "AX"],
    "identityMode": "RISK_BASED",
    "identityRiskThreshold": 100,
    "autoTopUpTriggerBelow": usd("0"),
    "autoTopUpAmount": usd("20"),
}
TOP_UP = ("autoTopUpTriggerBelow", "autoTopUpAmount")
SETTABLE = [name for name in WANTED if name not in TOP_UP]
AMOUNTS = [name for name, value in WANTED.items() if isinstance(value, dict)]


async def update(api: Api, who: Who, fleet: Fleet, **wanted: Any) -> dict[str, Any]:
    input = {"subaccountId": fleet.id} | wanted
    payload: dict[str, Any] = (await api.get(who, UPDATE, input=input))["updateRidePolicy"]
    return payload


async def shown(api: Api, who: Who, fleet: Fleet) -> dict[str, Any]:
    policy: dict[str, Any] = (await api.get(who, SHOWN, id=fleet.id))["subaccount"]["policy"]
    return policy


def refusals(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """The codes of a payload that changed nothing, and the member that each is about."""
    assert payload["subaccount"] is None
    assert all(error["message"] for error in payload["userErrors"])
    fields = [error["field"] for error in payload["userErrors"]]
    assert all(field[0] == "input" for field in fields)
    return [
        (error["code"], field[1])
        for error, field in zip(payload["userErrors"], fields, strict=True)
    ]


async def untouched(api: Api, who: Who, fleet: Fleet) -> bool:
    kept = await fleet.kept("audit_entry")
    return kept == {"audit_entry": 0} and await shown(api, who, fleet) == AT_FIRST
