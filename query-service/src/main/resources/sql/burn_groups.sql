-- Which groups of one tenant's budget used it most in its current window, and how many used it.
-- Parameters: tenant; start, when the window began, end and event_start, in whole milliseconds;
-- currency and unknown, of what counts as money; what the places need. $columns and $keys are what a
-- group is, $amount is what is ordered by, $filters are conditions, $others leave out calls that other
-- budgets count: composed by BurnStatement.
-- At most 10 rows, the largest first.
SELECT
  $columns
  $amount AS amount,
  toInt64(count() OVER ()) AS groups
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.entry_seq = 0
  AND r.backfilled = 0
  AND r.event_time >= {event_start:DateTime64(3, 'UTC')}
  AND r.checked_at >= {start:DateTime64(3, 'UTC')}
  AND r.checked_at < {end:DateTime64(3, 'UTC')}
  $filters
  $others
GROUP BY $keys
ORDER BY amount DESC, $keys
LIMIT 10
