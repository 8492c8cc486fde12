-- What the terms come to is worked out by the endpoint: few pages have a ride under way.
CASE WHEN r.status = 'ACTIVE' THEN
  ROW('cost', (extract(epoch FROM r.started_at) * 1000000)::bigint, r.unlock_fee,
    r.per_minute_rate, r.unlock_discount_percent::text, r.minute_discount_percent::text,
    r.free_unlock, r.included_ride, r.included_minutes, r.promo_percent_off::text,
    r.promo_amount_off, r.promo_free_minutes) END
