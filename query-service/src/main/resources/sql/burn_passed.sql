-- Which groups of one tenant's budget used much of it in its current window, and how much of what its
-- limits limit.
-- Parameters: tenant; start, when the window began, end and event_start, in whole milliseconds; early,
-- until when use counts as early; least_0, ..., above which it is much; currency and unknown, of what
-- counts as money; most, how many rows; what the places need. $columns are what a group is and $keys
-- groups by it, $amounts are what each limit limits, all of it and what is early, $passed whether one of
-- them is much, $filters are conditions, $others leave out calls that other budgets count: composed by
-- BurnStatement.
-- Those that used most of what the first limit limits first; money in nanos.
SELECT
  $columns
  $amounts
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.entry_seq = 0
  AND r.backfilled = 0
  AND r.event_time >= {event_start:DateTime64(3, 'UTC')}
  AND r.checked_at >= {start:DateTime64(3, 'UTC')}
  AND r.checked_at < {end:DateTime64(3, 'UTC')}
  $filters
  $others
$keys
HAVING $passed
ORDER BY amount_0 DESC
LIMIT {most:UInt32}
