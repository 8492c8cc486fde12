ROW('cursor', ':1', c.id, (extract(epoch FROM at) * 1000000)::bigint, id)
