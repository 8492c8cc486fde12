(SELECT o FROM (
  SELECT
    (SELECT o FROM (SELECT t.total AS value, true AS exact) o) AS "totalCount",
    coalesce(read.nodes, '[]') AS nodes,
    (SELECT o FROM (
      SELECT read.more AS "hasNextPage", false AS "hasPreviousPage", read.first AS "startCursor",
        read.last AS "endCursor") o) AS "pageInfo"
  FROM (
    SELECT
      array_to_json(array_agg(node) FILTER (WHERE place <= :1)) AS nodes,
      count(*) > :1 AS more,
      (array_agg(@cursor(customers JOINED DESC, s.id)))[1] AS first,
      (array_agg(@cursor(customers JOINED DESC, s.id))
        FILTER (WHERE place <= :1))[least(count(*), :1)::int] AS last
    FROM (
      SELECT row_number() OVER () AS place, listed.* FROM (@customer_rows(:1 + 1)) listed) placed
  ) read
) o)
