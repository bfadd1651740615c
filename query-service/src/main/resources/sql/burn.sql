-- What calls used of one tenant's budget, by time bucket, as counters count it: charges as they were
-- first booked, by when they were checked.
-- Parameters: tenant; start, end and event_start, in whole milliseconds; window, when the current one
-- began; currency and unknown, of what counts as money; what the places need. $columns and $keys are
-- what a group is, $bucket is a row's, $filters and $groups are conditions, $others leave out calls that
-- other budgets count: composed by BurnStatement.
-- One row per group and bucket, two where the window begins in it; money in nanos.
SELECT
  $columns
  $bucket AS bucket,
  toUInt8(r.checked_at >= {window:DateTime64(3, 'UTC')}) AS now,
  sumIf(
    toInt128(r.quota_nanos),
    r.currency = {currency:String} AND r.charge_status NOT IN {unknown:Array(String)}
  ) AS cost,
  toInt64(countIf(r.charge_status IN {unknown:Array(String)})) AS unpriced,
  sum(toInt128(r.input_tokens + r.cache_read_tokens + r.cache_write_tokens)) AS input_tokens,
  sum(toInt128(r.output_tokens + r.reasoning_tokens)) AS output_tokens,
  toInt64(count()) AS requests
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.entry_seq = 0
  AND r.backfilled = 0
  AND r.event_time >= {event_start:DateTime64(3, 'UTC')}
  AND r.checked_at >= {start:DateTime64(3, 'UTC')}
  AND r.checked_at < {end:DateTime64(3, 'UTC')}
  $filters
  $others
  $groups
GROUP BY $keys bucket, now
