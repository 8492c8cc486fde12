SELECT @ride() AS node, r.started_at AS at, r.id
FROM @ridden()
ORDER BY r.started_at DESC, r.id DESC
LIMIT :1
