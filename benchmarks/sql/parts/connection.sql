-- A page of the list @:1, of :2 rows, newest first. One more is read, to know whether it goes on.
(SELECT o FROM (
  SELECT coalesce(read.nodes, '[]') AS nodes, (
    SELECT o FROM (SELECT read.more AS "hasNextPage", read.last AS "endCursor") o) AS "pageInfo"
  FROM (
    SELECT
      array_to_json(array_agg(node) FILTER (WHERE place <= :2)) AS nodes,
      count(*) > :2 AS more,
      (array_agg(@cursor(:3, c.id)) FILTER (WHERE place <= :2))[least(count(*), :2)::int] AS last
    FROM (SELECT row_number() OVER () AS place, listed.* FROM (@:1(:2 + 1)) listed) placed
  ) read
) o)
