"""Messages to customers: who may send which, and what is kept of them (NOT-1, NOT-3)."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from actions import notification as actions
from actions.action import Performer, Work, action
from actions.customer import held
from domain.access import Operator, Permission, Role
from domain.money import Minor, Money
from domain.notice import debt_notice
from domain.notification import NotificationType, Notified
from domain.origin import Origin
from server.worker import Worker
from tests.api import Api
from tests.make import JOINED, Fleet, Make
from tests.messages import due, history, message, perform, phone, status
from tests.phones import Phones
from tests.working import now

BELOW_ZERO = "Your balance is below zero"


@pytest.mark.rule("NOT-1", "NOT-2")
async def test_a_message_is_kept_sent_and_delivered(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator(Role.CUSTOMER_SUPPORT)
    await phone(fleet, customer, "token-1")

    payload = await perform(api, clerk, **message(customer))
    await sender.work_off()
    sent = await status(api, clerk, customer)
    await due(fleet)
    await sender.work_off()
    ((kept),) = await history(api, clerk, customer)

    assert payload["notification"].pop("id").startswith("ntf_")
    assert payload == {
        "notification": {
            "type": "PROMOTION",
            "title": "Half price",
            "message": "All weekend.",
            "status": "QUEUED",
            "deliveredAt": None,
            "failureReason": None,
            "actor": {"name": "Olga Operator"},
        },
        "replayed": False,
        "userErrors": [],
    }
    assert sent == ("SENT", None)
    assert (kept["status"], kept["failureReason"]) == ("DELIVERED", None)
    assert kept["createdAt"] < kept["deliveredAt"]
    assert service.sent == [("token-1", "Half price", "All weekend.")]
    assert await fleet.kept("job", "audit_entry") == {"job": 0, "audit_entry": 1}
    (entry,) = await fleet.make.store.fetch(
        "SELECT actor, action, customer_id, changes::text FROM audit_entry"
        " WHERE subaccount_id = $1",
        fleet.id,
    )
    assert tuple(entry) == (
        clerk.id,
        "send_notification",
        customer,
        '{"after": {"title": "Half price"}, "before": {}}',
    )


@pytest.mark.rule("NOT-1")
@pytest.mark.parametrize("text", ["", "  \n", "x" * 1001, "a\0b"])
async def test_a_title_and_a_message_are_words_of_some_length(
    api: Api, fleet: Fleet, text: str
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    payload = await perform(api, clerk, **message(customer, title=text, message=text))

    assert payload == {
        "notification": None,
        "replayed": False,
        "userErrors": [
            {"code": "INVALID_INPUT", "field": ["input", "title"]},
            {"code": "INVALID_INPUT", "field": ["input", "message"]},
        ],
    }
    assert await fleet.kept("notification", "job", "audit_entry") == {
        "notification": 0,
        "job": 0,
        "audit_entry": 0,
    }


@pytest.mark.rule("NOT-1")
async def test_a_title_has_100_characters_and_a_message_1000(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    longest = message(customer, title="é" * 100, message="🛴" * 1000)

    kept = await perform(api, clerk, **longest)
    over = await perform(api, clerk, **message(customer, "k2", title="é" * 101))

    assert kept["notification"]["message"] == "🛴" * 1000
    assert over["userErrors"] == [{"code": "INVALID_INPUT", "field": ["input", "title"]}]


@pytest.mark.rule("NOT-1")
async def test_a_message_without_a_phone_has_no_device(
    api: Api, fleet: Fleet, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()

    await perform(api, clerk, **message(customer))
    await sender.work_off()

    assert await status(api, clerk, customer) == ("NO_DEVICE", None)


async def test_a_repeated_key_sends_nothing_more(api: Api, fleet: Fleet) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    first = await perform(api, clerk, **message(customer))

    again = await perform(api, clerk, **message(customer))
    other = await perform(api, clerk, **message(customer, title="Free"))

    assert again == first | {"replayed": True}
    assert other["userErrors"] == [
        {"code": "IDEMPOTENCY_KEY_REUSED", "field": ["input", "idempotencyKey"]}
    ]
    assert await fleet.kept("notification", "job") == {"notification": 1, "job": 1}


async def test_nobody_else_and_nobody_who_is_gone_is_told(
    api: Api, fleet: Fleet, make: Make
) -> None:
    stranger = await make.fleet()
    clerk, gone = await fleet.operator(), await fleet.customer(deleted_at=JOINED)
    missing, theirs = "cust_00000000000000000000000000", await stranger.customer()

    answers = [await perform(api, clerk, **message(id)) for id in (missing, theirs, gone)]

    assert answers[0] == answers[1]
    assert [answer["userErrors"][0]["code"] for answer in answers] == [
        "NOT_FOUND",
        "NOT_FOUND",
        "CUSTOMER_DELETED",
    ]
    assert await fleet.kept("notification") == await stranger.kept("notification")


@action(Permission.ADD_CREDIT)
async def tell_of_debt(work: Work, customer_id: str, minor: int, currency: str) -> Notified:
    customer = await held(work, customer_id)
    words = debt_notice(customer.locale, Money(Minor(minor), currency))
    return Notified(await actions.notify(work, customer, NotificationType.WALLET, *words))


@pytest.mark.rule("NOT-3")
@pytest.mark.parametrize(
    ("locale", "currency", "title", "text"),
    [
        *(
            (
                "en-US",
                "USD",
                "Your balance is below zero",
                "Your balance is -$2.50. Please top up.",
            ),
        ),
        ("en-GB", "KWD", "Your balance is below zero", "Your balance is -KWD0.250. Please top up."),
        (
            "de-DE",
            "EUR",
            "Ihr Guthaben ist unter null",
            "Ihr Guthaben beträgt -2,50\xa0€. Bitte laden Sie auf.",
        ),
        (
            "fr-CA",
            "JPY",
            "Votre solde est négatif",
            "Votre solde est de -250\xa0¥. Merci de recharger.",
        ),
        (
            "es-ES",
            "EUR",
            "Tu saldo está por debajo de cero",
            "Tu saldo es -2,50\xa0€. Recárgalo, por favor.",
        ),
        ("ja-JP", "JPY", BELOW_ZERO, "Your balance is -￥250. Please top up."),
    ],
)
async def test_what_the_program_writes_itself_is_in_the_customers_language(
    api: Api,
    make: Make,
    engine: AsyncEngine,
    locale: str,
    currency: str,
    title: str,
    text: str,
) -> None:
    fleet = await make.fleet(currency=currency)
    customer, clerk = await fleet.customer(locale=locale), await fleet.operator()
    caller = Operator(clerk.id, Role.ADMIN, (fleet.id,))

    await Performer(engine, now)(
        caller, Origin("req_test"), tell_of_debt, None, customer, -250, currency
    )

    ((kept),) = await history(api, clerk, customer)
    assert (kept["title"], kept["message"]) == (title, text)
    assert (kept["type"], kept["actor"]) == ("WALLET", {"name": "notifications"})
