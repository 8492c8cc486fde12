-- The customer page: its JSON, the fleet's currency, and the locale of a caller without its own.
-- $1 the customer, $2 the fleets in the caller's reach, $3 its only customer or NULL, $4 now.
WITH c AS MATERIALIZED (@customer()),
m AS MATERIALIZED (@member())
SELECT row_to_json(page)::text, c.currency,
  CASE WHEN $3 IS NULL THEN c.default_locale ELSE c.locale END
FROM c CROSS JOIN LATERAL (
  SELECT
    c.id,
    c.number::text AS "customerNumber",
    c.name,
    c.email,
    c.phone,
    '•••' || right(c.phone, 2) AS "maskedPhone",
    c.device_os AS "deviceOs",
    c.locale,
    CASE WHEN c.region_id IS NOT NULL THEN
      (SELECT o FROM (SELECT c.region_id AS id, c.region_name AS name) o) END AS region,
    (SELECT o FROM (
      SELECT c.subaccount_id AS id, c.fleet_name AS name, c.currency, c.timezone) o) AS subaccount,
    @instant(c.joined_at) AS "joinedAt",
    @instant(c.last_active_at) AS "lastActiveAt",
    @status() AS status,
    @badges() AS badges,
    c.blocked_at IS NOT NULL AS blocked,
    @instant(c.blocked_at) AS "blockedAt",
    c.blocked_reason AS "blockedReason",
    @instant(c.deleted_at) AS "deletedAt",
    c.stripe_customer_id AS "stripeCustomerId",
    c.completed_rides AS "completedRides",
    ROW(c.total_spent) AS "totalSpent",
    @wallet() AS wallet,
    @payment_methods() AS "paymentMethods",
    @identity() AS identity,
    @phone_lookup() AS "phoneLookup",
    @signup_location() AS "signupLocation",
    @connection(subscriptions, 5, subscriptions) AS subscriptions,
    @connection(packages, 5, packages) AS packages,
    @connection(promos, 5, promos) AS promos,
    (SELECT @ride() FROM @ridden() AND r.status = 'ACTIVE') AS "activeRide",
    @connection(rides, 10, customer rides) AS rides,
    @loyalty() AS loyalty,
    @connection(notifications, 10, notifications) AS notifications,
    @connection(audit_trail, 10, auditTrail) AS "auditTrail",
    @connection(notes, 10, notes) AS notes
) page
