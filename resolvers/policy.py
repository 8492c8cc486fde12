from typing import Any

import strawberry
from strawberry import ID, UNSET

from actions import policy as actions
from actions.action import Outcome
from domain.ids import Prefix
from domain.policy import Edited, Wanted
from domain.subaccount import IdentityMode, PaymentMode
from resolvers.context import Info
from resolvers.decode import id_of
from resolvers.performs import performs
from resolvers.scalars import CountryCode, MoneyInput


@strawberry.input(
    description="What becomes of a fleet's policy. What is absent stays as it is; only automatic"
    " top-up can be cleared by null, both of its members at once."
)
class UpdateRidePolicyInput:
    subaccount_id: ID = strawberry.field(description="Whose policy.")
    payment_mode: PaymentMode | None = strawberry.field(
        default=UNSET, description="What a rider needs before a ride."
    )
    minimum_wallet_balance: MoneyInput | None = strawberry.field(
        default=UNSET, description="What a wallet must hold before a ride; may be zero."
    )
    unlock_fee: MoneyInput | None = strawberry.field(
        default=UNSET, description="What every ride costs at its start; may be zero."
    )
    per_minute_rate: MoneyInput | None = strawberry.field(
        default=UNSET, description="What every started minute costs; may be zero."
    )
    vehicle_online_window_minutes: int | None = strawberry.field(
        default=UNSET, description="How old a vehicle's last signal may be: 1 to 527,040."
    )
    operation_limit: MoneyInput | None = strawberry.field(
        default=UNSET, description="The most that one operation may move; above zero."
    )
    minimum_age: int | None = strawberry.field(
        default=UNSET, description="In years, by the document: 0 to 120."
    )
    prepaid_risk_countries: list[CountryCode] | None = strawberry.field(
        default=UNSET, description="Where a prepaid number counts as a risk: each country once."
    )
    identity_mode: IdentityMode | None = strawberry.field(
        default=UNSET,
        description="Who of later signups has to prove who they are.",
    )
    identity_risk_threshold: int | None = strawberry.field(
        default=UNSET,
        description="Radar score at and above which RISK_BASED asks for identity: 0 to 100.",
    )
    auto_top_up_trigger_below: MoneyInput | None = strawberry.field(
        default=UNSET, description="A balance under this has a saved card charged; may be zero."
    )
    auto_top_up_amount: MoneyInput | None = strawberry.field(
        default=UNSET, description="What is charged then; above zero."
    )

    def wanted(self) -> Wanted:
        """The settings that are given, under their own names."""
        given = {name: value for name, value in vars(self).items() if value is not UNSET}
        del given["subaccount_id"]
        return {name: _plain(value) for name, value in given.items()}


def _plain(value: object) -> Any:
    """A value of the input as the domain knows it."""
    if isinstance(value, MoneyInput):
        return value.asked()
    return tuple(value) if isinstance(value, list) else value


@performs(actions.update_ride_policy)
async def update_ride_policy(info: Info, input: UpdateRidePolicyInput) -> Outcome[Edited]:
    subaccount_id = id_of(input.subaccount_id, Prefix.SUBACCOUNT)
    return await info.context.perform(
        actions.update_ride_policy, None, subaccount_id, input.wanted()
    )
