-- The loyalty screen: its JSON, the fleet's currency, and the locale of a caller without its own.
-- $1 the customer, $2 the fleets in the caller's reach, $3 its only customer or NULL, $4 now.
WITH c AS MATERIALIZED (@customer()),
m AS MATERIALIZED (@member())
SELECT row_to_json(page)::text, c.currency,
  CASE WHEN $3 IS NULL THEN c.default_locale ELSE c.locale END
FROM c CROSS JOIN LATERAL (
  SELECT c.id, c.name, (
    SELECT o FROM (
      SELECT
        @membership(),
        @achievements() AS achievements,
        @challenges() AS challenges,
        (SELECT o FROM (
          SELECT r.code, r."shareUrl", r."referredByName", r.pending, r.rewarded, r."totalEarned"
          FROM (@referral()) r) o) AS referral,
        @connection(points_earned, 10, points) AS transactions
      FROM m
    ) o) AS loyalty
) page
