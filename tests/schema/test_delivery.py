"""Messages on their way to phones: tried again, sent once, given up (NOT-2)."""

import logging

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.job import JobKind
from domain.retry import TRIES_MAX
from integrations.push import LoggedPushes
from server.handlers import handlers
from server.worker import Worker
from tests.api import Api
from tests.make import Fleet
from tests.messages import due, message, perform, phone, status
from tests.phones import Phones
from tests.working import worker


@pytest.mark.rule("NOT-2")
async def test_a_phone_without_the_app_is_forgotten_and_the_others_are_told(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    for token in ("dead", "alive"):
        await phone(fleet, customer, token)
    service.refused["dead"] = "DeviceNotRegistered"

    for key in ("k1", "k2"):
        await perform(api, clerk, **message(customer, key))
        await sender.work_off()

    assert sorted(service.asked) == ["alive", "alive", "dead"]
    assert await status(api, clerk, customer) == ("SENT", None)
    assert await fleet.kept("device") == {"device": 1}


@pytest.mark.rule("NOT-1", "NOT-2")
async def test_a_message_that_no_phone_takes_has_failed_and_says_why(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await phone(fleet, customer, "token-1")
    service.refused["token-1"] = "MessageTooBig"

    await perform(api, clerk, **message(customer))
    await sender.work_off()

    assert await status(api, clerk, customer) == ("FAILED", "MessageTooBig")
    assert await fleet.kept("device", "job") == {"device": 1, "job": 0}


@pytest.mark.rule("NOT-2")
async def test_a_message_is_tried_again_until_it_is_accepted_and_then_no_more(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    for token in ("first", "second"):
        await phone(fleet, customer, token)
    await perform(api, clerk, **message(customer))
    service.down = {"first": 503, "second": 429}

    await sender.work_off()
    queued = await status(api, clerk, customer)
    del service.down["first"]
    await due(fleet)
    await sender.work_off()
    sent = await status(api, clerk, customer)
    service.down = {}
    await due(fleet)
    await sender.work_off()

    assert (queued, sent) == (("QUEUED", None), ("SENT", None))
    assert [token for token, _, _ in service.sent] == ["first", "second"]
    assert sorted(service.asked) == ["first", "first", "second", "second", "second"]


@pytest.mark.rule("NOT-2")
async def test_a_worker_that_died_after_a_message_was_accepted_is_not_repeated(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await phone(fleet, customer, "token-1")
    payload = await perform(api, clerk, **message(customer))
    await sender.work_off()

    await fleet.job(
        JobKind.DELIVER_NOTIFICATION,
        payload["notification"]["id"],
        tries=1,
        holder="who died",
    )
    await sender.work_off()

    assert len(service.asked) == 1
    assert await status(api, clerk, customer) == ("SENT", None)


@pytest.mark.rule("NOT-1", "NOT-2")
async def test_a_message_that_is_given_up_has_failed_and_can_be_sent_again_from_the_dead(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    await phone(fleet, customer, "token-1")
    await perform(api, clerk, **message(customer))
    service.down["token-1"] = 500
    await fleet.make.store.execute(
        "UPDATE job SET tries = $2 WHERE subaccount_id = $1", fleet.id, TRIES_MAX - 1
    )

    await sender.work_off()
    given_up = await status(api, clerk, customer)
    service.down = {}
    await fleet.make.store.execute(
        "SELECT requeue_jobs(ARRAY(SELECT id FROM job WHERE subaccount_id = $1))", fleet.id
    )
    await sender.work_off()

    assert given_up == ("FAILED", "Expo500")
    assert await status(api, clerk, customer) == ("SENT", None)


@pytest.mark.rule("NOT-2")
async def test_receipts_are_asked_for_until_they_are_there(
    api: Api, fleet: Fleet, service: Phones, sender: Worker
) -> None:
    customer, clerk = await fleet.customer(), await fleet.operator()
    for token in ("here", "gone"):
        await phone(fleet, customer, token)
    await perform(api, clerk, **message(customer))
    await sender.work_off()
    service.failed = {"here": None, "gone": "DeviceNotRegistered"}

    await due(fleet)
    await sender.work_off()
    without = await status(api, clerk, customer)
    service.failed["here"] = "MessageRateExceeded"
    await due(fleet)
    await sender.work_off()

    assert without == ("SENT", None)
    assert await status(api, clerk, customer) == ("FAILED", "MessageRateExceeded")
    assert len(service.asked) == 2
    assert await fleet.kept("device", "job") == {"device": 1, "job": 0}


@pytest.mark.rule("NOT-2")
async def test_without_a_push_service_the_log_tells_of_a_message(
    api: Api, fleet: Fleet, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    customer, clerk = await fleet.customer(), await fleet.operator()
    await phone(fleet, customer, "token-1")

    payload = await perform(api, clerk, **message(customer))
    await worker(engine, handlers(LoggedPushes())).work_off()

    assert await status(api, clerk, customer) == ("SENT", None)
    assert payload["notification"]["id"] in caplog.text
    assert "Half price" not in caplog.text
    assert await fleet.kept("job") == {"job": 0}
