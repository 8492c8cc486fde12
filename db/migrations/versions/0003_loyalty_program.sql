-- What the loyalty program's page reads: counts, the leaderboard, and who earned points lately.
-- Each index covers its query, so that the rows themselves are not looked at.

-- How many members a tier has.
CREATE INDEX ix_loyalty_member_tier ON loyalty_member (subaccount_id, tier_id, customer_id);
DROP INDEX ix_loyalty_member_subaccount_id_tier_id;

-- How many reached a goal.
CREATE INDEX ix_achievement_progress_earned
  ON achievement_progress (subaccount_id, achievement_id) INCLUDE (customer_id)
  WHERE earned_at IS NOT NULL;
CREATE INDEX ix_challenge_progress_completed
  ON challenge_progress (subaccount_id, challenge_id) INCLUDE (customer_id)
  WHERE completed_at IS NOT NULL;

-- The leaderboard of all time: running totals in their order; and that of a period.
CREATE INDEX ix_loyalty_member_earned
  ON loyalty_member (subaccount_id, lifetime_earned, customer_id);
CREATE INDEX ix_entry_earned ON entry (subaccount_id, created_at) INCLUDE (customer_id, amount)
  WHERE account = 'POINTS' AND amount > 0 AND kind IN ('EARN', 'BONUS', 'ADJUSTMENT');

-- Who earned points since when.
CREATE INDEX ix_account_earned ON account (subaccount_id, last_earned_at) INCLUDE (customer_id)
  WHERE last_earned_at IS NOT NULL AND NOT closed;
