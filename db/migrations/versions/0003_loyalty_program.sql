-- What the loyalty program's page reads: the leaderboard, and who earned points lately.

-- Of all time: the running totals in their order.
CREATE INDEX ix_loyalty_member_earned
  ON loyalty_member (subaccount_id, lifetime_earned, customer_id);

-- Of a period: who earned what since when, in the index alone.
CREATE INDEX ix_entry_earned ON entry (subaccount_id, created_at) INCLUDE (customer_id, amount)
  WHERE account = 'POINTS' AND amount > 0 AND kind IN ('EARN', 'BONUS', 'ADJUSTMENT');
