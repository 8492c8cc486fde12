SELECT
  c.referral_code AS code,
  c.share_url || c.referral_code AS "shareUrl",
  (regexp_match(w.name, '\S+'))[1] AS "referredByName",
  @identified(w.id) AS "referredBy",
  brought.pending,
  brought.rewarded,
  ROW(brought.earned) AS "totalEarned"
FROM (
  SELECT
    count(*) FILTER (WHERE status = 'PENDING') AS pending,
    count(*) FILTER (WHERE status = 'REWARDED') AS rewarded,
    coalesce(sum(referrer_reward) FILTER (WHERE status = 'REWARDED'), 0)::bigint AS earned
  FROM referral
  WHERE subaccount_id = c.subaccount_id AND referrer_id = c.id
) brought
LEFT JOIN referral f ON f.subaccount_id = c.subaccount_id AND f.referee_id = c.id
LEFT JOIN customer w ON w.subaccount_id = f.subaccount_id AND w.id = f.referrer_id
