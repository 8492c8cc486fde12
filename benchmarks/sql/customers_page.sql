-- The customers page: its JSON, the fleet's currency, and the locale of a caller without its own.
-- $1 the fleet, $2 the fleets in the caller's reach.
SELECT row_to_json(page)::text, s.currency, s.default_locale
FROM subaccount s CROSS JOIN LATERAL (
  SELECT
    s.id,
    s.name,
    s.currency,
    t.summary AS "customerSummary",
    t.tabs AS "customerTabs",
    @customers(20) AS customers
  FROM (@tally()) t
) page
WHERE s.id = $1 AND s.id = ANY ($2)
