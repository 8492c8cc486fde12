(SELECT o FROM (
  SELECT
    m.min_redemption AS "minimumPoints",
    m.max_redemption AS "maximumPoints",
    CASE WHEN m.enabled AND most >= m.min_redemption AND trunc(most * m.worth) > 0
      THEN most ELSE 0 END AS "redeemablePoints"
  FROM (SELECT least(m.points, m.max_redemption)) bounded (most)
) o)
