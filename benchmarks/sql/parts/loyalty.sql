(SELECT o FROM (
  SELECT
    @membership(),
    @connection(points_lines, 10, points) AS transactions,
    @achievements() AS achievements,
    @challenges() AS challenges,
    (SELECT o FROM (@referral()) o) AS referral
  FROM m
) o)
