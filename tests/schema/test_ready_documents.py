"""The documents that GraphiQL has ready for acting on a wallet, as it sends them."""

import json

import pytest

from server.explorer import DOCUMENTS
from tests.api import Api
from tests.make import Fleet

READY = {ready["name"]: ready for ready in json.loads((DOCUMENTS / "index.json").read_text())}


@pytest.mark.parametrize(
    ("name", "mutation", "balance", "debt"),
    [
        ("Add credit", "addWalletCredit", "$6.00", "$0.00"),
        ("Charge a fee", "chargeFee", "-$6.50", "$6.50"),
    ],
)
async def test_a_ready_document_does_what_its_name_says_and_twice_is_once(
    api: Api, fleet: Fleet, name: str, mutation: str, balance: str, debt: str
) -> None:
    customer, clerk = await fleet.customer(balance=100), await fleet.operator()
    document = (DOCUMENTS / READY[name]["file"]).read_text()
    variables = READY[name]["variables"] | {"id": customer}  # as the page fills it in

    first = (await api.get(clerk, document, **variables))[mutation]
    again = (await api.get(clerk, document, **variables))[mutation]

    assert (first["userErrors"], first["replayed"]) == ([], False)
    assert first["wallet"]["balance"] == {"formatted": balance}
    assert first["wallet"]["debt"] == {"formatted": debt}
    assert again == first | {"replayed": True}
    assert await fleet.kept() == {"entry": 2, "audit_entry": 1}
