SELECT customer.*, s.name AS fleet_name, s.currency, s.timezone, s.share_url, s.default_locale,
  make_interval(mins => s.vehicle_online_window_minutes) AS online_window, g.name AS region_name
FROM customer
JOIN subaccount s ON s.id = customer.subaccount_id
LEFT JOIN region g ON g.subaccount_id = customer.subaccount_id AND g.id = customer.region_id
WHERE customer.id = $1 AND customer.subaccount_id = ANY ($2)
  AND ($3::text IS NULL OR customer.id = $3)
