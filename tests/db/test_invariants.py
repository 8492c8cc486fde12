"""Every promise about the rows is kept by the demo, and has been seen to be broken."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy import make_url

from db import demo
from db.embedded import Cluster
from db.invariants import OFFENDERS_MAX, broken, offenders, promises
from db.tally import COUNTERS
from tests import postgres
from tests.conftest import WORKER, _fingerprint, migrated

NOW = datetime(2026, 6, 17, 14, 5, tzinfo=UTC)
UNGUARDED = """
DO $$
DECLARE guard record;
BEGIN
  FOR guard IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c', 'u')
    ORDER BY contype = 'u', contype = 'c' LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.owner, guard.conname);
  END LOOP;
  FOR guard IN SELECT indexrelid::regclass AS name FROM pg_index
    JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary LOOP
    EXECUTE format('DROP INDEX %s', guard.name);
  END LOOP;
END $$
"""
"""All that would keep a test from planting a breach."""

BREACHES = {
    "CUS-1: customer numbers begin at one and leave no gap":
        "UPDATE customer SET number = 100000 WHERE number = 5",
    "CUS-1: among customers not deleted, an email is one customer's":
        "UPDATE customer SET deleted_at = NULL, email = CASE number % 2 WHEN 0 THEN 'A@example.com'"
        " ELSE 'a@example.com' END WHERE number < 3",
    "CUS-2: a customer's completed rides are as many as there are":
        "UPDATE customer SET completed_rides = completed_rides + 1",
    "CUS-4: nobody rides on after being blocked":
        "UPDATE customer SET blocked_at = joined_at WHERE completed_rides > 0",
    "CUS-5: a deleted customer has no debt, card, running plan or active ride":
        "UPDATE customer SET deleted_at = now() WHERE id IN (SELECT customer_id FROM rider)",
    "CUS-5: the accounts of a deleted customer are closed, and no others are":
        "UPDATE account SET closed = NOT closed WHERE kind = 'POINTS'",
    "CUS-9: what a customer spent is rides, packages and plan periods, less refunds":
        "UPDATE ride SET refunded = refunded + 1 WHERE status = 'COMPLETED'",
    "LST-6: the counters of a fleet equal a full count of its customers":
        "UPDATE customer SET completed_rides = 0",
    "LST-6: the sums of a fleet are those of its ledger, without deleted customers (CUS-5)":
        "UPDATE customer SET deleted_at = now() WHERE id IN (SELECT customer_id FROM rider)",
    "LST-6: what a customer is found by is its name, number, email and phone of now":
        "DELETE FROM customer_search",
    "WAL-1: every customer has the accounts":
        "DELETE FROM account WHERE kind = 'BONUS'",
    "WAL-1: the amount shown is the sum of the ledger, line by line without a gap":
        "UPDATE entry SET amount = amount + 1 WHERE seq = 1 AND account = 'BALANCE'",
    "WAL-1: the amount shown is the balance after the newest line":
        "UPDATE account SET balance = balance + 1 WHERE head_seq > 0",
    "WAL-1: every line follows the one before it, also in time":
        "UPDATE entry SET created_at = created_at - interval '2 years' WHERE seq = 2",
    "WAL-1: bonus and points are never below zero":
        "UPDATE account SET balance = -1 WHERE kind = 'POINTS' AND balance = 0",
    "WAL-3: each kind of line moves its own account, its own way":
        "UPDATE entry SET amount = -amount WHERE kind = 'CREDIT'",
    "WAL-4: a fee says what for, a reduction why (WAL-5)":
        "UPDATE entry SET note = NULL WHERE kind = 'FEE'",
    "WAL-6: a bonus has its reason, and with OTHER a note":
        "UPDATE entry SET bonus_reason = 'OTHER', note = '' WHERE account = 'BONUS'",
    "WAL-7: a top-up says how its money was taken":
        "UPDATE entry SET transaction_mode = NULL WHERE kind = 'TOP_UP'",
    "WAL-10: a reversal undoes one line that may be undone, whole":
        "UPDATE entry SET reverses_id = (SELECT id FROM entry WHERE kind = 'RIDE_CHARGE' LIMIT 1)"
        " WHERE kind = 'REVERSAL'",
    "PAY-1: at most one card is the default":
        "UPDATE payment_method SET is_default = true",
    "IDV-1: an identity is required or not, and proven or not, in step":
        "UPDATE customer SET identity_required = true WHERE identity_status = 'NOT_REQUIRED'",
    "PHN-2: a number's risk level follows its score":
        "UPDATE phone_lookup SET risk_level = 'HIGH' WHERE risk_score = 0",
    "SUB-1: the periods of a plan do not overlap":
        "UPDATE subscription_period SET ends_at = ends_at + interval '1 day'",
    "PKG-1: a package is never paid from bonus, nor by more than it cost":
        "UPDATE package_purchase SET amount_paid = 0;"
        "UPDATE subscription_period SET paid = 0",
    "PKG-1: what is used up of packages and plans was ridden, and no more than was included":
        "UPDATE package_purchase SET rides_used = 6 WHERE rides_included = 5",
    "PRO-1: a code counts its redemptions, and keeps its limits":
        "UPDATE promo_code SET max_redemptions = redemptions - 1",
    "PRO-2: a promo was redeemed before the one ride that it made cheaper, by what it says it"
    " saved":
        "UPDATE promo_redemption SET discount_value = discount_value + 1",
    "RID-3: no customer and no vehicle is on two rides at once":
        "UPDATE ride SET ended_at = ended_at + interval '9 weeks' WHERE status = 'COMPLETED'",
    "RID-3: a vehicle is in use while it is ridden, and only then":
        "UPDATE vehicle SET status = 'AVAILABLE'",
    "RID-5: a ride has its fare when it ended, and a cancelled one never":
        "DELETE FROM fare",
    "RID-6: a fare is what the prices and benefits at the start make of the minutes":
        "UPDATE ride SET ended_at = ended_at + interval '1 minute'",
    "RID-7: the ledger took of bonus and balance what the fare says":
        "UPDATE fare SET paid_by_card = paid_by_card + 1, paid_from_balance = paid_from_balance - 1"
        " WHERE paid_from_balance > 1",
    "RID-7: bonus is spent before balance, and balance before the card or a debt":
        "UPDATE fare SET paid_by_card = 1 WHERE paid_from_balance > 0",
    "RID-8: no more is refunded than was charged, to where it came from, and a voided ride whole":
        "UPDATE ride SET refunded = 100000 WHERE refunded > 0",
    "LOY-1: where the program was never switched on, nothing is earned, redeemed or expired":
        "DELETE FROM loyalty_settings",
    "LOY-2: points are earned as their basis says, on a ride by what was paid for it":
        "UPDATE entry SET basis_base = basis_base * 2 WHERE source = 'RIDE'",
    "LOY-2: a ride earns once with money, once with parking and once for the streak":
        "UPDATE entry SET source = 'RIDE' WHERE source = 'STREAK'",
    "LOY-2: what a ride earned is what the points ledger says":
        "UPDATE ride SET points_earned = points_earned + 1",
    "LOY-3: a streak is the days in a row, up to the last one, with a completed ride":
        "UPDATE loyalty_member SET streak_days = streak_days + 1",
    "LOY-4: a member is in the tier of the rides in its window, of now or of the last daily sweep":
        "UPDATE loyalty_member m SET tier_id = t.id FROM loyalty_tier t"
        " WHERE t.subaccount_id = m.subaccount_id AND t.min_rides > 20",
    "LOY-4: a program with tiers has the base tier":
        "DELETE FROM loyalty_tier WHERE min_rides = 0",
    "LOY-5: a goal pays once, and only who reached it":
        "UPDATE achievement_progress SET earned_at = NULL",
    "LOY-6: redeemed points became credit in the same operation, both or neither":
        "UPDATE entry SET txn = txn || '?' WHERE kind = 'REDEEM'",
    "LOY-7: points moved by hand have a reason and an operator or a partner":
        "UPDATE entry SET actor = 'sys:somebody' WHERE kind = 'ADJUSTMENT'",
    "LOY-8: points expire whole, and none are left past the day":
        "UPDATE loyalty_settings SET points_expiration_days = 1",
    "LOY-8: the last activity is that of the points ledger":
        "UPDATE loyalty_member SET last_activity_at = last_activity_at - interval '1 day'",
    "LOY-9: referrals pay both, once, what they say":
        "UPDATE referral SET referee_reward = referee_reward + 1",
    "LOY-9: only a referral that counted is paid for, and one comes before the first ride":
        "UPDATE referral SET created_at = now() WHERE status = 'REWARDED'",
    "LOY-10: what a member earned and redeemed in all is what the points ledger says":
        "UPDATE loyalty_member SET lifetime_earned = lifetime_earned + 1",
    "LOY-10: what a program has come to is what the points ledger says":
        "DELETE FROM customer_tally",
    "LOY-10: when a member last earned points is when the newest such line was booked":
        "UPDATE account SET last_earned_at = last_earned_at - interval '1 day'",
}  # fmt: skip
"""Statements that break a promise, others along with it."""


@pytest.fixture(scope="module")
async def unguarded(server: Cluster) -> AsyncIterator[asyncpg.Connection]:
    """The demo in a database that no longer refuses anything."""
    template = await postgres.template(server, _fingerprint(), migrated)
    addresses = await postgres.clone(server, template, f"invariants_{WORKER}")
    await demo.load(addresses.owner, now=NOW, customers=demo.CUSTOMERS_MIN)
    database = make_url(addresses.owner).database or ""
    connection = await asyncpg.connect(server.url("postgres", database))
    await connection.execute(UNGUARDED)
    yield connection
    await connection.close()


async def test_the_demo_keeps_every_promise(unguarded: asyncpg.Connection) -> None:
    assert await broken(unguarded, NOW) == {}


def test_every_promise_has_a_breach_that_it_must_find() -> None:
    assert set(BREACHES) == set(promises())


@pytest.mark.parametrize("promise", BREACHES)
async def test_a_planted_breach_is_found(unguarded: asyncpg.Connection, promise: str) -> None:
    planted = unguarded.transaction()
    await planted.start()
    await unguarded.execute(BREACHES[promise])

    found = await offenders(unguarded, promise, NOW)

    await planted.rollback()
    fleets = {offender.split()[0] for offender in found}
    known = await unguarded.fetch("SELECT id FROM subaccount")
    assert 0 < len(found) <= OFFENDERS_MAX
    assert fleets <= {row["id"] for row in known}


@pytest.mark.parametrize("counter", COUNTERS)
async def test_a_counter_that_is_one_off_is_found(
    unguarded: asyncpg.Connection, counter: str
) -> None:
    planted = unguarded.transaction()
    await planted.start()
    fleet = await unguarded.fetchval(
        f"UPDATE customer_tally SET {counter} = {counter} - 1"  # noqa: S608  (a column's name)
        " WHERE subaccount_id = (SELECT min(id) FROM subaccount) RETURNING subaccount_id"
    )

    found = await broken(unguarded, NOW)

    await planted.rollback()
    assert list(found.values()) == [[fleet]]


@pytest.mark.parametrize("changed", ["name = 'Zoe'", "email = 'z@example.com'", "phone = '+1'"])
async def test_a_text_that_the_search_does_not_know_is_found(
    unguarded: asyncpg.Connection, changed: str
) -> None:
    planted = unguarded.transaction()
    await planted.start()
    offender = await unguarded.fetchval(
        f"UPDATE customer SET {changed} WHERE id = (SELECT min(id) FROM customer)"  # noqa: S608
        " RETURNING subaccount_id || ' ' || id"
    )

    found = await broken(unguarded, NOW)

    await planted.rollback()
    texts = "LST-6: what a customer is found by is its name, number, email and phone of now"
    assert found == {texts: [offender]}


async def test_fleets_are_judged_apart(unguarded: asyncpg.Connection) -> None:
    spent = "CUS-9: what a customer spent is rides, packages and plan periods, less refunds"
    first = await unguarded.fetch(
        "SELECT s.id AS fleet, c.id FROM subaccount s JOIN customer c ON c.subaccount_id = s.id"
        " WHERE c.number = 1 ORDER BY s.currency"
    )
    (berlin, _), (tokyo, customer), (florida, _) = first
    planted = unguarded.transaction()
    await planted.start()
    await unguarded.execute(
        "UPDATE customer SET total_spent = total_spent + 1 WHERE id = $1", customer
    )

    found = [await broken(unguarded, NOW, [fleet]) for fleet in (berlin, tokyo, florida)]

    await planted.rollback()
    assert found == [{}, {spent: [f"{tokyo} {customer}"]}, {}]
