(SELECT o FROM (
  SELECT
    CASE WHEN l.ip_address IS NOT NULL THEN (
      SELECT o FROM (
        SELECT l.ip_address AS address, l.ip_city AS city, l.ip_region AS region,
          l.ip_country AS country) o) END AS ip,
    CASE WHEN l.latitude IS NOT NULL THEN (
      SELECT o FROM (
        SELECT l.latitude, l.longitude, @float(l.accuracy_meters) AS "accuracyMeters",
          l.gps_country AS country) o) END AS gps,
    CASE WHEN l.ip_address IS NOT NULL AND l.latitude IS NOT NULL THEN
      l.ip_country <> l.gps_country END AS mismatch,
    @instant(l.recorded_at) AS "recordedAt"
  FROM signup_location l
  WHERE l.subaccount_id = c.subaccount_id AND l.customer_id = c.id
) o)
