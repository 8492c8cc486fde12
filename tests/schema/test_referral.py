"""Who brought a customer, and whom they brought."""

from tests import loyal
from tests.api import Api
from tests.make import JOINED, Fleet, usd

REFERRAL = """query ($id: ID!) { customer(id: $id) { loyalty { referral {
  code shareUrl referredByName referredBy { id name } pending rewarded
  totalEarned { amount currency }
} } } }"""


async def test_a_member_sees_their_code_and_what_came_of_it(fleet: Fleet, api: Api) -> None:
    ada = await loyal.member(fleet)
    for paid in (None, None, 300, 500):
        await loyal.brought(fleet, ada.id, await fleet.customer(), paid)
    refused = await fleet.customer()
    own = {"referrer_id": ada.id, "referee_id": refused, "created_at": JOINED}
    await fleet.row("referral", **own, status="DISQUALIFIED", referrer_reward=999)
    who = await fleet.operator()

    found = await api.get(who, REFERRAL, id=ada.id)

    assert found["customer"]["loyalty"]["referral"] == {
        "code": "ADA-1",
        "shareUrl": "https://ride.example/r/ADA-1",
        "referredByName": "Grace",
        "referredBy": {"id": ada.referrer, "name": "Grace Brewster Hopper"},
        "pending": 2,
        "rewarded": 2,
        "totalEarned": usd("8.00"),
    }


async def test_a_customer_whom_nobody_brought_has_a_code_all_the_same(
    fleet: Fleet, api: Api
) -> None:
    customer_id = await fleet.customer(referral_code="SOLO")
    who = await fleet.operator()

    found = await api.get(who, REFERRAL, id=customer_id)

    assert found["customer"]["loyalty"]["referral"] == {
        "code": "SOLO",
        "shareUrl": "https://ride.example/r/SOLO",
        "referredByName": None,
        "referredBy": None,
        "pending": 0,
        "rewarded": 0,
        "totalEarned": usd("0.00"),
    }
