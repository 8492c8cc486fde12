(SELECT o FROM (
  SELECT
    v.id,
    v.code,
    v.model,
    v.status,
    v.battery_percent AS "batteryPercent",
    coalesce($4 - v.last_signal_at <= c.online_window, false) AS online,
    @instant(v.last_signal_at) AS "lastSignalAt",
    @point(v.latitude, v.longitude) AS location
) o)
