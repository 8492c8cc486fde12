(SELECT o FROM (
  SELECT
    r.id,
    r.status,
    @instant(r.started_at) AS "startedAt",
    @instant(r.ended_at) AS "endedAt",
    greatest(0, trunc(extract(epoch FROM coalesce(r.ended_at, $4) - r.started_at)))
      AS "durationSeconds",
    r.distance_meters AS "distanceMeters",
    @vehicle() AS vehicle,
    @point(r.start_latitude, r.start_longitude) AS "startLocation",
    @point(r.end_latitude, r.end_longitude) AS "endLocation",
    CASE WHEN z.id IS NOT NULL THEN (
      SELECT o FROM (
        SELECT z.id, z.name, z.preferred_parking AS "preferredParking",
          z.reward_points AS "rewardPoints") o) END AS "endZone",
    @actor(r.started_by) AS "startedBy",
    CASE WHEN r.ended_by IS NOT NULL THEN @actor(r.ended_by) END AS "endedBy",
    ROW(f.total) AS charged,
    @cost_so_far() AS "costSoFar",
    ROW(CASE WHEN f.total IS NOT NULL THEN r.refunded END) AS refunded,
    r.points_earned AS "pointsEarned",
    @fare() AS fare
) o)
