-- What must hold of the rows at any time, one query a promise: each gives the rows that break it,
-- their fleet first. A promise is a line that begins with its rule; $2 is the present.

-- CUS-1: customer numbers begin at one and leave no gap
SELECT subaccount_id AS offender FROM customer
GROUP BY subaccount_id HAVING min(number) <> 1 OR max(number) <> count(*);

-- CUS-1: among customers not deleted, an email is one customer's
SELECT concat_ws(' ', subaccount_id, email_key) AS offender FROM customer
WHERE deleted_at IS NULL AND email_key IS NOT NULL
GROUP BY subaccount_id, email_key HAVING count(*) > 1;

-- CUS-2: a customer's completed rides are as many as there are
SELECT concat_ws(' ', c.subaccount_id, c.id) AS offender FROM customer c
LEFT JOIN (
  SELECT subaccount_id, customer_id, count(*) AS rides FROM ride
  WHERE status = 'COMPLETED' GROUP BY subaccount_id, customer_id
) r ON r.subaccount_id = c.subaccount_id AND r.customer_id = c.id
WHERE c.completed_rides <> coalesce(r.rides, 0);

-- CUS-4: nobody rides on after being blocked
SELECT concat_ws(' ', r.subaccount_id, r.id) AS offender FROM ride r
JOIN customer c ON c.subaccount_id = r.subaccount_id AND c.id = r.customer_id
WHERE c.blocked_at IS NOT NULL AND r.started_at > c.blocked_at;

-- CUS-5: a deleted customer has no debt, card, running plan or active ride
SELECT concat_ws(' ', c.subaccount_id, c.id) AS offender FROM customer c
WHERE c.deleted_at IS NOT NULL AND (
  EXISTS (SELECT FROM account a WHERE a.subaccount_id = c.subaccount_id AND a.customer_id = c.id
    AND a.kind = 'BALANCE' AND a.balance < 0)
  OR EXISTS (SELECT FROM payment_method p
    WHERE p.subaccount_id = c.subaccount_id AND p.customer_id = c.id)
  OR EXISTS (SELECT FROM ride_subscription s WHERE s.subaccount_id = c.subaccount_id
    AND s.customer_id = c.id AND s.status IN ('ACTIVE', 'PENDING'))
  OR EXISTS (SELECT FROM ride r WHERE r.subaccount_id = c.subaccount_id
    AND r.customer_id = c.id AND r.status = 'ACTIVE'));

-- CUS-5: the accounts of a deleted customer are closed, and no others are
SELECT concat_ws(' ', a.subaccount_id, a.customer_id, a.kind) AS offender FROM account a
JOIN customer c ON c.subaccount_id = a.subaccount_id AND c.id = a.customer_id
WHERE a.closed <> (c.deleted_at IS NOT NULL);

-- CUS-9: what a customer spent is rides, packages and plan periods, less refunds
SELECT concat_ws(' ', c.subaccount_id, c.id) AS offender FROM customer c
LEFT JOIN (
  SELECT subaccount_id, customer_id, sum(amount) AS amount FROM (
    SELECT r.subaccount_id, r.customer_id, f.total - r.refunded AS amount
    FROM ride r JOIN fare f ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id
    UNION ALL SELECT subaccount_id, customer_id, amount_paid FROM package_purchase
    UNION ALL SELECT subaccount_id, customer_id, paid FROM subscription_period
  ) parts GROUP BY subaccount_id, customer_id
) spent ON spent.subaccount_id = c.subaccount_id AND spent.customer_id = c.id
WHERE c.total_spent <> coalesce(spent.amount, 0);

-- LST-6: the counters of a fleet equal a full count of its customers
SELECT f.id AS offender FROM subaccount f
LEFT JOIN (
  SELECT subaccount_id, sum(total) AS total, sum(active) AS active, sum(blocked) AS blocked,
    sum(identity_required) AS identity_required, sum(deleted) AS deleted
  FROM customer_tally GROUP BY subaccount_id
) t ON t.subaccount_id = f.id
LEFT JOIN (
  SELECT subaccount_id, count(*) FILTER (WHERE deleted_at IS NULL) AS total,
    count(*) FILTER (WHERE deleted_at IS NULL AND completed_rides > 0) AS active,
    count(*) FILTER (WHERE deleted_at IS NULL AND blocked_at IS NOT NULL) AS blocked,
    count(*) FILTER (WHERE deleted_at IS NULL AND identity_required
      AND identity_status <> 'VERIFIED') AS identity_required,
    count(deleted_at) AS deleted
  FROM customer GROUP BY subaccount_id
) c ON c.subaccount_id = f.id
WHERE (coalesce(t.total, 0), coalesce(t.active, 0), coalesce(t.blocked, 0),
    coalesce(t.identity_required, 0), coalesce(t.deleted, 0))
  <> (coalesce(c.total, 0), coalesce(c.active, 0), coalesce(c.blocked, 0),
    coalesce(c.identity_required, 0), coalesce(c.deleted, 0));

-- LST-6: the sums of a fleet are those of its ledger, without deleted customers (CUS-5)
SELECT f.id AS offender FROM subaccount f
LEFT JOIN (
  SELECT subaccount_id, sum(wallet_value) AS wallet_value, sum(bonuses) AS bonuses,
    sum(with_debt) AS with_debt, sum(debt) AS debt
  FROM customer_tally GROUP BY subaccount_id
) t ON t.subaccount_id = f.id
LEFT JOIN (
  SELECT a.subaccount_id, sum(a.balance) FILTER (WHERE a.kind = 'BALANCE') AS wallet_value,
    sum(a.balance) FILTER (WHERE a.kind = 'BONUS') AS bonuses,
    count(*) FILTER (WHERE a.kind = 'BALANCE' AND a.balance < 0) AS with_debt,
    -sum(a.balance) FILTER (WHERE a.kind = 'BALANCE' AND a.balance < 0) AS debt
  FROM account a
  JOIN customer c ON c.subaccount_id = a.subaccount_id AND c.id = a.customer_id
  WHERE c.deleted_at IS NULL GROUP BY a.subaccount_id
) a ON a.subaccount_id = f.id
WHERE (coalesce(t.wallet_value, 0), coalesce(t.bonuses, 0), coalesce(t.with_debt, 0),
    coalesce(t.debt, 0))
  <> (coalesce(a.wallet_value, 0), coalesce(a.bonuses, 0), coalesce(a.with_debt, 0),
    coalesce(a.debt, 0));

-- LST-6: what a customer is found by is its name, number, email and phone of now
SELECT concat_ws(' ', c.subaccount_id, c.id) AS offender FROM customer c
CROSS JOIN LATERAL searchable(c) f
LEFT JOIN customer_search s ON s.subaccount_id = c.subaccount_id AND s.customer_id = c.id
WHERE (s.words, s.contact) IS DISTINCT FROM (f.words, f.contact);

-- WAL-1: every customer has the accounts
SELECT concat_ws(' ', c.subaccount_id, c.id) AS offender FROM customer c
LEFT JOIN (
  SELECT subaccount_id, customer_id, count(*) AS accounts FROM account
  GROUP BY subaccount_id, customer_id
) a ON a.subaccount_id = c.subaccount_id AND a.customer_id = c.id
WHERE a.accounts IS DISTINCT FROM 3;

-- WAL-1: the amount shown is the sum of the ledger, line by line without a gap
SELECT concat_ws(' ', a.subaccount_id, a.customer_id, a.kind) AS offender FROM account a
LEFT JOIN (
  SELECT subaccount_id, customer_id, account, sum(amount) AS total, max(seq) AS newest,
    count(*) AS lines
  FROM entry GROUP BY subaccount_id, customer_id, account
) e ON e.subaccount_id = a.subaccount_id AND e.customer_id = a.customer_id AND e.account = a.kind
WHERE (a.balance, coalesce(a.head_seq, 0), coalesce(a.head_seq, 0))
  IS DISTINCT FROM (coalesce(e.total, 0), coalesce(e.newest, 0), coalesce(e.lines, 0));

-- WAL-1: the amount shown is the balance after the newest line
SELECT concat_ws(' ', a.subaccount_id, a.customer_id, a.kind) AS offender FROM account a
JOIN entry e ON e.subaccount_id = a.subaccount_id AND e.customer_id = a.customer_id
  AND e.account = a.kind AND e.seq = a.head_seq
WHERE e.balance_after <> a.balance;

-- WAL-1: every line follows the one before it, also in time
SELECT concat_ws(' ', subaccount_id, customer_id, account, seq) AS offender FROM (
  SELECT *, lag(seq, 1, 0::bigint) OVER lines AS before,
    lag(balance_after, 1, 0::bigint) OVER lines AS balance_before,
    lag(created_at, 1, created_at) OVER lines AS time_before
  FROM entry WINDOW lines AS (PARTITION BY subaccount_id, customer_id, account ORDER BY seq)
) e
WHERE seq <> before + 1 OR prev_balance <> balance_before
  OR balance_after <> prev_balance + amount OR created_at < time_before;

-- WAL-1: bonus and points are never below zero
SELECT concat_ws(' ', subaccount_id, customer_id, account, seq) AS offender FROM entry
WHERE balance_after < 0 AND account IN ('BONUS', 'POINTS')
UNION ALL
SELECT concat_ws(' ', subaccount_id, customer_id, kind) FROM account
WHERE balance < 0 AND kind IN ('BONUS', 'POINTS');

-- WAL-3: each kind of line moves its own account, its own way
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM entry
WHERE account <> 'POINTS' AND NOT CASE
  WHEN kind IN ('CREDIT', 'TOP_UP', 'AUTO_TOP_UP', 'POINTS_REDEMPTION', 'REFERRAL_REWARD',
    'CHALLENGE_REWARD', 'BULK_CREDIT') THEN account = 'BALANCE' AND amount > 0
  WHEN kind IN ('FEE', 'DEBIT', 'PURCHASE') THEN account = 'BALANCE' AND amount < 0
  WHEN kind = 'BONUS' THEN account = 'BONUS' AND amount > 0
  WHEN kind = 'RIDE_CHARGE' THEN amount < 0 AND ride_id IS NOT NULL
  WHEN kind = 'RIDE_REFUND' THEN amount > 0 AND ride_id IS NOT NULL
  ELSE true END;

-- WAL-4: a fee says what for, a reduction why (WAL-5)
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM entry
WHERE account = 'BALANCE' AND kind IN ('FEE', 'DEBIT') AND coalesce(note, '') = '';

-- WAL-6: a bonus has its reason, and with OTHER a note
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM entry
WHERE account = 'BONUS' AND kind = 'BONUS'
  AND (bonus_reason IS NULL OR (bonus_reason = 'OTHER' AND coalesce(note, '') = ''));

-- WAL-7: a top-up says how its money was taken
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM entry
WHERE account = 'BALANCE' AND kind IN ('TOP_UP', 'AUTO_TOP_UP') AND transaction_mode IS NULL;

-- WAL-10: a reversal undoes one line that may be undone, whole
SELECT concat_ws(' ', r.subaccount_id, r.id) AS offender FROM entry r
LEFT JOIN entry e ON e.subaccount_id = r.subaccount_id AND e.id = r.reverses_id
WHERE r.kind = 'REVERSAL' AND r.account <> 'POINTS' AND (
  e.id IS NULL OR (e.customer_id, e.account, -e.amount) <> (r.customer_id, r.account, r.amount)
  OR e.kind NOT IN ('CREDIT', 'BONUS', 'FEE', 'DEBIT', 'TOP_UP')
  OR e.transaction_mode IS NOT DISTINCT FROM 'SAVED_CARD');

-- PAY-1: at most one card is the default
SELECT concat_ws(' ', subaccount_id, customer_id) AS offender FROM payment_method
WHERE is_default GROUP BY subaccount_id, customer_id HAVING count(*) > 1;

-- IDV-1: an identity is required or not, and proven or not, in step
SELECT concat_ws(' ', c.subaccount_id, c.id) AS offender FROM customer c
LEFT JOIN identity_verification i ON i.subaccount_id = c.subaccount_id AND i.customer_id = c.id
WHERE (c.identity_required AND c.identity_status = 'NOT_REQUIRED')
  OR (c.identity_status = 'PENDING' AND NOT c.identity_required)
  OR (c.identity_status = 'VERIFIED' AND i.verified_at IS NULL)
  OR (c.identity_status = 'FAILED' AND i.failure_reason IS NULL);

-- PHN-2: a number's risk level follows its score
SELECT concat_ws(' ', subaccount_id, customer_id) AS offender FROM phone_lookup
WHERE risk_level <> CASE WHEN risk_score IS NULL THEN 'UNKNOWN' WHEN risk_score < 25 THEN 'LOW'
  WHEN risk_score < 50 THEN 'MEDIUM' WHEN risk_score < 75 THEN 'HIGH' ELSE 'VERY_HIGH' END;

-- SUB-1: the periods of a plan do not overlap
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM (
  SELECT subaccount_id, id, starts_at, lag(ends_at) OVER (
    PARTITION BY subaccount_id, ride_subscription_id ORDER BY starts_at) AS ended_before
  FROM subscription_period
) p WHERE starts_at < ended_before;

-- PKG-1: a package is never paid from bonus, nor by more than it cost
SELECT concat_ws(' ', e.subaccount_id, e.customer_id) AS offender FROM (
  SELECT subaccount_id, customer_id, -sum(amount) AS taken, bool_or(account <> 'BALANCE') AS strange
  FROM entry WHERE kind = 'PURCHASE' GROUP BY subaccount_id, customer_id
) e
LEFT JOIN (
  SELECT subaccount_id, customer_id, sum(price) AS cost FROM (
    SELECT subaccount_id, customer_id, amount_paid AS price FROM package_purchase
    UNION ALL SELECT subaccount_id, customer_id, paid FROM subscription_period
  ) bought GROUP BY subaccount_id, customer_id
) b ON b.subaccount_id = e.subaccount_id AND b.customer_id = e.customer_id
WHERE e.strange OR e.taken > coalesce(b.cost, 0);

-- PKG-1: what is used up of packages and plans was ridden, and no more than was included
SELECT concat_ws(' ', u.subaccount_id, u.customer_id) AS offender FROM (
  SELECT subaccount_id, customer_id, sum(rides_used) AS rides, sum(minutes_used) AS minutes,
    bool_or(rides_used > coalesce(rides_included, 0)
      OR minutes_used > coalesce(minutes_included, 0)) AS over
  FROM (
    SELECT subaccount_id, customer_id, rides_used, minutes_used, rides_included, minutes_included
    FROM package_purchase
    UNION ALL
    SELECT subaccount_id, customer_id, rides_used, minutes_used, rides_included, minutes_included
    FROM ride_subscription
  ) goods GROUP BY subaccount_id, customer_id
) u
LEFT JOIN (
  SELECT r.subaccount_id, r.customer_id, count(*) FILTER (WHERE r.included_ride) AS rides,
    sum(least(f.minutes, r.included_minutes)) AS minutes
  FROM ride r LEFT JOIN fare f ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id
  WHERE r.included_ride OR r.included_minutes > 0
  GROUP BY r.subaccount_id, r.customer_id
) r ON r.subaccount_id = u.subaccount_id AND r.customer_id = u.customer_id
WHERE u.over OR u.rides > coalesce(r.rides, 0) OR u.minutes > coalesce(r.minutes, 0);

-- PRO-1: a code counts its redemptions, and keeps its limits
SELECT concat_ws(' ', p.subaccount_id, p.id) AS offender FROM promo_code p
LEFT JOIN (
  SELECT subaccount_id, promo_code_id, sum(times) AS times, max(times) AS most FROM (
    SELECT subaccount_id, promo_code_id, count(*) AS times FROM promo_redemption
    GROUP BY subaccount_id, promo_code_id, customer_id
  ) customers GROUP BY subaccount_id, promo_code_id
) r ON r.subaccount_id = p.subaccount_id AND r.promo_code_id = p.id
WHERE p.redemptions <> coalesce(r.times, 0) OR r.times > p.max_redemptions
  OR r.most > p.max_redemptions_per_customer;

-- PRO-2: a promo was redeemed before the one ride that it made cheaper, by what it says it saved
SELECT concat_ws(' ', p.subaccount_id, p.id) AS offender FROM promo_redemption p
JOIN ride r ON r.subaccount_id = p.subaccount_id AND r.id = p.ride_id
LEFT JOIN fare f ON f.subaccount_id = p.subaccount_id AND f.ride_id = p.ride_id
WHERE r.customer_id <> p.customer_id OR p.redeemed_at > r.started_at
  OR p.discount_value <> f.promo_discount
UNION ALL
SELECT concat_ws(' ', f.subaccount_id, f.ride_id) FROM fare f
LEFT JOIN promo_redemption p ON p.subaccount_id = f.subaccount_id AND p.ride_id = f.ride_id
WHERE f.promo_discount > 0 GROUP BY f.subaccount_id, f.ride_id HAVING count(p.id) <> 1;

-- RID-3: no customer and no vehicle is on two rides at once
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM (
  SELECT subaccount_id, id, started_at, lag(ended_at, 1, started_at) OVER (
    PARTITION BY subaccount_id, customer_id ORDER BY started_at, ended_at) AS free_from,
    row_number() OVER (PARTITION BY subaccount_id, customer_id ORDER BY started_at, ended_at) AS n
  FROM ride WHERE status <> 'CANCELLED'
  UNION ALL
  SELECT subaccount_id, id, started_at, lag(ended_at, 1, started_at) OVER (
    PARTITION BY subaccount_id, vehicle_id ORDER BY started_at, ended_at),
    row_number() OVER (PARTITION BY subaccount_id, vehicle_id ORDER BY started_at, ended_at)
  FROM ride WHERE status <> 'CANCELLED'
) r WHERE n > 1 AND (free_from IS NULL OR started_at < free_from);

-- RID-3: a vehicle is in use while it is ridden, and only then
SELECT concat_ws(' ', v.subaccount_id, v.id) AS offender FROM vehicle v
LEFT JOIN ride r ON r.subaccount_id = v.subaccount_id AND r.vehicle_id = v.id
  AND r.status = 'ACTIVE'
WHERE (v.status = 'IN_USE') <> (r.id IS NOT NULL);

-- RID-5: a ride has its fare when it ended, and a cancelled one never
SELECT concat_ws(' ', r.subaccount_id, r.id) AS offender FROM ride r
LEFT JOIN fare f ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id
WHERE (r.status IN ('COMPLETED', 'VOIDED')) <> (f.ride_id IS NOT NULL);

-- RID-6: a fare is what the prices and benefits at the start make of the minutes
SELECT concat_ws(' ', f.subaccount_id, f.ride_id) AS offender FROM fare f
JOIN ride r ON r.subaccount_id = f.subaccount_id AND r.id = f.ride_id
CROSS JOIN LATERAL (SELECT
  greatest(1, ceil(extract(epoch FROM r.ended_at - r.started_at) / 60)) AS minutes
  OFFSET 0
) begun
CROSS JOIN LATERAL (SELECT
  greatest(0, begun.minutes - r.included_minutes) AS charged,
  greatest(0, begun.minutes - r.included_minutes) * r.per_minute_rate AS open_time
  OFFSET 0
) time
CROSS JOIN LATERAL (SELECT
  r.unlock_fee * CASE WHEN r.free_unlock THEN 100 ELSE r.unlock_discount_percent END / 100
    + time.open_time * r.minute_discount_percent / 100 AS exact
  OFFSET 0
) tier
CROSS JOIN LATERAL (SELECT
  CASE tier.exact - floor(tier.exact) WHEN 0.5 THEN 2 * round(tier.exact / 2)
    ELSE round(tier.exact) END AS off
  OFFSET 0
) rounded
CROSS JOIN LATERAL (SELECT r.unlock_fee + time.open_time - rounded.off AS amount) rest
CROSS JOIN LATERAL (SELECT coalesce(
  rest.amount * r.promo_percent_off,
  least(coalesce(r.promo_free_minutes, 0), time.charged) * r.per_minute_rate
    * (100 - r.minute_discount_percent)
) / 100 AS exact) worth
CROSS JOIN LATERAL (SELECT least(rest.amount, coalesce(
  r.promo_amount_off,
  CASE worth.exact - floor(worth.exact) WHEN 0.5 THEN 2 * round(worth.exact / 2)
    ELSE round(worth.exact) END,
  0)) AS off
  OFFSET 0
) promo
WHERE (f.minutes, f.unlock, f.time)
    <> (begun.minutes, r.unlock_fee, begun.minutes * r.per_minute_rate)
  OR CASE WHEN r.included_ride
    THEN (f.covered_by_plan, f.tier_discount, f.promo_discount) <> (f.unlock + f.time, 0, 0)
    ELSE (f.covered_by_plan, f.tier_discount, f.promo_discount)
      <> (f.time - time.open_time, rounded.off, promo.off) END;

-- RID-7: the ledger took of bonus and balance what the fare says
SELECT concat_ws(' ', coalesce(f.subaccount_id, e.subaccount_id), coalesce(f.ride_id, e.ride_id))
  AS offender
FROM (
  SELECT subaccount_id, ride_id, -coalesce(sum(amount) FILTER (WHERE account = 'BONUS'), 0) AS bonus,
    -coalesce(sum(amount) FILTER (WHERE account = 'BALANCE'), 0) AS balance
  FROM entry WHERE kind = 'RIDE_CHARGE' GROUP BY subaccount_id, ride_id
) e
FULL JOIN fare f ON f.subaccount_id = e.subaccount_id AND f.ride_id = e.ride_id
WHERE (coalesce(e.bonus, 0), coalesce(e.balance, 0))
  IS DISTINCT FROM (f.paid_from_bonus, f.paid_from_balance + f.left_as_debt);

-- RID-7: bonus is spent before balance, and balance before the card or a debt
SELECT concat_ws(' ', e.subaccount_id, e.ride_id) AS offender FROM entry e
JOIN fare f ON f.subaccount_id = e.subaccount_id AND f.ride_id = e.ride_id
WHERE e.kind = 'RIDE_CHARGE' AND e.balance_after > 0
  AND (f.paid_by_card + f.left_as_debt > 0
    OR (e.account = 'BONUS' AND f.paid_from_balance > 0));

-- RID-8: no more is refunded than was charged, to where it came from, and a voided ride whole
SELECT concat_ws(' ', r.subaccount_id, r.id) AS offender FROM ride r
LEFT JOIN fare f ON f.subaccount_id = r.subaccount_id AND f.ride_id = r.id
LEFT JOIN (
  SELECT subaccount_id, ride_id, coalesce(sum(amount) FILTER (WHERE account = 'BONUS'), 0) AS bonus,
    coalesce(sum(amount) FILTER (WHERE account = 'BALANCE'), 0) AS balance
  FROM entry WHERE kind = 'RIDE_REFUND' GROUP BY subaccount_id, ride_id
) e ON e.subaccount_id = r.subaccount_id AND e.ride_id = r.id
WHERE r.refunded > coalesce(f.total, 0) OR (r.status = 'VOIDED' AND r.refunded < f.total)
  OR coalesce(e.bonus, 0) > coalesce(f.paid_from_bonus, 0)
  OR coalesce(e.balance, 0) > coalesce(f.paid_from_balance + f.left_as_debt, 0)
  OR coalesce(e.bonus + e.balance, 0) > r.refunded
  OR coalesce(e.bonus + e.balance, 0) < r.refunded - coalesce(f.paid_by_card, 0);

-- LOY-1: where the program was never switched on, nothing is earned, redeemed or expired
SELECT concat_ws(' ', e.subaccount_id, e.id) AS offender FROM entry e
LEFT JOIN loyalty_settings s ON s.subaccount_id = e.subaccount_id
WHERE e.account = 'POINTS' AND e.kind IN ('EARN', 'REDEEM', 'EXPIRATION')
  AND s.subaccount_id IS NULL;

-- LOY-2: points are earned as their basis says, on a ride by what was paid for it
SELECT concat_ws(' ', e.subaccount_id, e.id) AS offender FROM entry e
JOIN subaccount s ON s.id = e.subaccount_id
LEFT JOIN fare f ON f.subaccount_id = e.subaccount_id AND f.ride_id = e.ride_id
WHERE e.account = 'POINTS' AND e.kind = 'EARN' AND (
  e.source IS NULL OR e.basis_base IS NULL
  OR e.amount <> floor(e.basis_base * e.basis_rate * e.basis_multiplier) - e.basis_capped_by
  OR (e.source = 'RIDE'
    AND e.basis_base * minor_units(s.currency) <> f.total - f.left_as_debt));

-- LOY-2: a ride earns once with money, once with parking and once for the streak
SELECT concat_ws(' ', subaccount_id, ride_id, source) AS offender FROM entry
WHERE account = 'POINTS' AND kind = 'EARN' AND source IN ('RIDE', 'PARKING', 'STREAK')
GROUP BY subaccount_id, ride_id, source HAVING count(*) > 1;

-- LOY-2: what a ride earned is what the points ledger says
SELECT concat_ws(' ', r.subaccount_id, r.id) AS offender FROM ride r
LEFT JOIN (
  SELECT subaccount_id, ride_id, sum(amount) AS points FROM entry
  WHERE account = 'POINTS' AND ride_id IS NOT NULL GROUP BY subaccount_id, ride_id
) e ON e.subaccount_id = r.subaccount_id AND e.ride_id = r.id
WHERE r.points_earned <> coalesce(e.points, 0);

-- LOY-3: a streak is the days in a row, up to the last one, with a completed ride
WITH days AS (
  SELECT DISTINCT r.subaccount_id, r.customer_id, (r.ended_at AT TIME ZONE f.timezone)::date AS day
  FROM ride r JOIN subaccount f ON f.id = r.subaccount_id
  JOIN loyalty_settings s ON s.subaccount_id = r.subaccount_id
  WHERE s.enabled AND r.status = 'COMPLETED' AND r.ended_at >= s.enabled_at
), runs AS (
  SELECT subaccount_id, customer_id, day, day - (row_number() OVER (
    PARTITION BY subaccount_id, customer_id ORDER BY day))::integer AS run
  FROM days
), streaks AS (
  SELECT DISTINCT ON (subaccount_id, customer_id) subaccount_id, customer_id,
    max(day) AS last_day, count(*) AS length
  FROM runs GROUP BY subaccount_id, customer_id, run
  ORDER BY subaccount_id, customer_id, run DESC
)
SELECT concat_ws(' ', s.subaccount_id, s.customer_id) AS offender FROM streaks s
LEFT JOIN loyalty_member m ON m.subaccount_id = s.subaccount_id AND m.customer_id = s.customer_id
WHERE (m.streak_days, m.streak_day) IS DISTINCT FROM (s.length, s.last_day);

-- LOY-4: a member is in the tier of the rides in its window, of now or of the last daily sweep
WITH windows AS (
  SELECT t.subaccount_id, t.id, t.min_rides,
    (($2::timestamptz AT TIME ZONE f.timezone) - make_interval(days => t.window_days)) AT TIME ZONE f.timezone
      AS starts,
    ((($2::timestamptz - interval '26 hours') AT TIME ZONE f.timezone) - make_interval(days => t.window_days))
      AT TIME ZONE f.timezone AS started
  FROM loyalty_tier t JOIN subaccount f ON f.id = t.subaccount_id
  JOIN loyalty_settings s ON s.subaccount_id = t.subaccount_id AND s.enabled
), recent AS (
  SELECT r.subaccount_id, r.customer_id, w.id AS tier_id,
    count(*) FILTER (WHERE r.ended_at > w.starts) AS least, count(*) AS most
  FROM windows w JOIN ride r ON r.subaccount_id = w.subaccount_id AND r.ended_at > w.started
  WHERE r.status = 'COMPLETED' GROUP BY r.subaccount_id, r.customer_id, w.id
), deserved AS (
  SELECT m.subaccount_id, m.customer_id, m.tier_id,
    max(w.min_rides) FILTER (WHERE w.min_rides <= coalesce(r.least, 0)) AS lowest,
    max(w.min_rides) FILTER (WHERE w.min_rides <= coalesce(r.most, 0)) AS highest
  FROM loyalty_member m JOIN windows w ON w.subaccount_id = m.subaccount_id
  LEFT JOIN recent r ON r.subaccount_id = m.subaccount_id AND r.customer_id = m.customer_id
    AND r.tier_id = w.id
  GROUP BY m.subaccount_id, m.customer_id, m.tier_id
)
SELECT concat_ws(' ', d.subaccount_id, d.customer_id) AS offender FROM deserved d
LEFT JOIN loyalty_tier t ON t.subaccount_id = d.subaccount_id AND t.id = d.tier_id
WHERE t.min_rides IS NULL OR t.min_rides NOT BETWEEN d.lowest AND d.highest;

-- LOY-4: a program with tiers has the base tier
SELECT subaccount_id AS offender FROM loyalty_tier
GROUP BY subaccount_id HAVING min(min_rides) <> 0;

-- LOY-5: a goal pays once, and only who reached it
WITH paid AS (
  SELECT subaccount_id, customer_id, count(*) FILTER (WHERE source = 'ACHIEVEMENT') AS achievements,
    count(*) FILTER (WHERE source = 'CHALLENGE') AS challenges,
    count(*) FILTER (WHERE kind = 'CHALLENGE_REWARD') AS credits
  FROM entry WHERE kind = 'EARN' OR kind = 'CHALLENGE_REWARD' GROUP BY subaccount_id, customer_id
), earned AS (
  SELECT subaccount_id, customer_id, count(*) AS achievements FROM achievement_progress
  WHERE earned_at IS NOT NULL GROUP BY subaccount_id, customer_id
), completed AS (
  SELECT subaccount_id, customer_id, count(*) AS challenges FROM challenge_progress
  WHERE completed_at IS NOT NULL GROUP BY subaccount_id, customer_id
)
SELECT concat_ws(' ', p.subaccount_id, p.customer_id) AS offender FROM paid p
LEFT JOIN earned e ON e.subaccount_id = p.subaccount_id AND e.customer_id = p.customer_id
LEFT JOIN completed c ON c.subaccount_id = p.subaccount_id AND c.customer_id = p.customer_id
WHERE p.achievements > coalesce(e.achievements, 0)
  OR greatest(p.challenges, p.credits) > coalesce(c.challenges, 0)
UNION ALL
SELECT concat_ws(' ', u.subaccount_id, u.id) FROM free_unlock u
LEFT JOIN challenge_progress c ON c.subaccount_id = u.subaccount_id
  AND c.customer_id = u.customer_id AND c.challenge_id = u.challenge_id
WHERE c.completed_at IS NULL;

-- LOY-6: redeemed points became credit in the same operation, both or neither
SELECT concat_ws(' ', coalesce(p.subaccount_id, c.subaccount_id), coalesce(p.id, c.id)) AS offender
FROM (SELECT * FROM entry WHERE kind = 'REDEEM') p
FULL JOIN (SELECT * FROM entry WHERE kind = 'POINTS_REDEMPTION') c
  ON c.subaccount_id = p.subaccount_id AND c.customer_id = p.customer_id AND c.txn = p.txn
WHERE p.id IS NULL OR c.id IS NULL OR p.amount >= 0;

-- LOY-7: points moved by hand have a reason and an operator or a partner
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM entry
WHERE account = 'POINTS' AND kind = 'ADJUSTMENT'
  AND (coalesce(note, '') = '' OR actor !~ '^(opr|key)_');

-- LOY-8: points expire whole, and none are left past the day
SELECT concat_ws(' ', subaccount_id, id) AS offender FROM entry
WHERE account = 'POINTS' AND kind = 'EXPIRATION' AND balance_after <> 0
UNION ALL
SELECT concat_ws(' ', a.subaccount_id, a.customer_id) FROM account a
JOIN subaccount f ON f.id = a.subaccount_id
JOIN loyalty_settings s ON s.subaccount_id = a.subaccount_id
JOIN loyalty_member m ON m.subaccount_id = a.subaccount_id AND m.customer_id = a.customer_id
WHERE a.kind = 'POINTS' AND a.balance > 0 AND s.enabled
  AND ((greatest(m.last_activity_at, s.enabled_at) AT TIME ZONE f.timezone)::date
    + s.points_expiration_days + 1)::timestamp AT TIME ZONE f.timezone < $2::timestamptz - interval '26 hours';

-- LOY-8: the last activity is that of the points ledger
SELECT concat_ws(' ', coalesce(m.subaccount_id, e.subaccount_id),
  coalesce(m.customer_id, e.customer_id)) AS offender
FROM loyalty_member m
FULL JOIN (
  SELECT subaccount_id, customer_id, max(created_at) AS at FROM entry
  WHERE account = 'POINTS' AND kind IN ('EARN', 'BONUS', 'REDEEM', 'ADJUSTMENT')
  GROUP BY subaccount_id, customer_id
) e ON e.subaccount_id = m.subaccount_id AND e.customer_id = m.customer_id
WHERE (m.last_activity_at IS NULL) <> (e.at IS NULL)
  OR m.last_activity_at NOT BETWEEN e.at - interval '1 minute' AND e.at + interval '1 minute';

-- LOY-9: referrals pay both, once, what they say
SELECT concat_ws(' ', coalesce(r.subaccount_id, e.subaccount_id),
  coalesce(r.customer_id, e.customer_id)) AS offender
FROM (
  SELECT subaccount_id, customer_id, sum(reward) AS reward, count(*) AS times FROM (
    SELECT subaccount_id, referrer_id AS customer_id, referrer_reward AS reward FROM referral
    UNION ALL SELECT subaccount_id, referee_id, referee_reward FROM referral
  ) rewards WHERE reward > 0 GROUP BY subaccount_id, customer_id
) r
FULL JOIN (
  SELECT subaccount_id, customer_id, sum(amount) AS reward, count(*) AS times FROM entry
  WHERE kind = 'REFERRAL_REWARD' GROUP BY subaccount_id, customer_id
) e ON e.subaccount_id = r.subaccount_id AND e.customer_id = r.customer_id
WHERE (r.reward, r.times) IS DISTINCT FROM (e.reward, e.times);

-- LOY-9: only a referral that counted is paid for, and one comes before the first ride
SELECT concat_ws(' ', f.subaccount_id, f.referee_id) AS offender FROM referral f
WHERE (f.status <> 'REWARDED' AND num_nonnulls(f.referrer_reward, f.referee_reward) > 0)
  OR (f.status = 'REWARDED' AND num_nonnulls(f.referrer_reward, f.referee_reward) < 2)
  OR EXISTS (SELECT FROM ride r WHERE r.subaccount_id = f.subaccount_id
    AND r.customer_id = f.referee_id AND r.started_at < f.created_at
    AND r.status <> 'CANCELLED');

-- LOY-10: what a member earned and redeemed in all is what the points ledger says
SELECT concat_ws(' ', coalesce(m.subaccount_id, e.subaccount_id),
  coalesce(m.customer_id, e.customer_id)) AS offender
FROM loyalty_member m
FULL JOIN (
  SELECT subaccount_id, customer_id,
    coalesce(sum(amount) FILTER (WHERE kind IN ('EARN', 'BONUS', 'ADJUSTMENT') AND amount > 0), 0)
      AS earned,
    coalesce(-sum(amount) FILTER (WHERE kind = 'REDEEM'), 0) AS redeemed
  FROM entry WHERE account = 'POINTS' GROUP BY subaccount_id, customer_id
) e ON e.subaccount_id = m.subaccount_id AND e.customer_id = m.customer_id
WHERE (m.lifetime_earned, m.lifetime_redeemed)
  IS DISTINCT FROM (coalesce(e.earned, 0), coalesce(e.redeemed, 0));

-- LOY-10: what a program has come to is what the points ledger says
SELECT f.id AS offender FROM subaccount f
LEFT JOIN (
  SELECT subaccount_id, sum(members) AS members, sum(points) AS points, sum(issued) AS issued,
    sum(redeemed) AS redeemed
  FROM customer_tally GROUP BY subaccount_id
) t ON t.subaccount_id = f.id
LEFT JOIN (
  SELECT e.subaccount_id,
    count(DISTINCT e.customer_id) FILTER (WHERE c.deleted_at IS NULL) AS members,
    sum(e.amount) FILTER (WHERE c.deleted_at IS NULL) AS points,
    sum(e.amount) FILTER (WHERE e.kind IN ('EARN', 'BONUS', 'ADJUSTMENT') AND e.amount > 0)
      AS issued,
    -sum(e.amount) FILTER (WHERE e.kind = 'REDEEM') AS redeemed
  FROM entry e
  JOIN customer c ON c.subaccount_id = e.subaccount_id AND c.id = e.customer_id
  WHERE e.account = 'POINTS' GROUP BY e.subaccount_id
) e ON e.subaccount_id = f.id
WHERE (coalesce(t.members, 0), coalesce(t.points, 0), coalesce(t.issued, 0),
    coalesce(t.redeemed, 0))
  <> (coalesce(e.members, 0), coalesce(e.points, 0), coalesce(e.issued, 0),
    coalesce(e.redeemed, 0));

-- LOY-10: when a member last earned points is when the newest such line was booked
SELECT concat_ws(' ', a.subaccount_id, a.customer_id, a.kind) AS offender FROM account a
LEFT JOIN (
  SELECT subaccount_id, customer_id, max(created_at) AS at FROM entry
  WHERE account = 'POINTS' AND kind = 'EARN' GROUP BY subaccount_id, customer_id
) e ON e.subaccount_id = a.subaccount_id AND e.customer_id = a.customer_id AND a.kind = 'POINTS'
WHERE (a.last_earned_at IS NULL) <> (e.at IS NULL)
  OR a.last_earned_at NOT BETWEEN e.at - interval '1 minute' AND e.at + interval '1 minute';
