ROW('cursor', ':1', :2, (extract(epoch FROM at) * 1000000)::bigint, id)
