-- How long one tenant's calls took within a time range, from the events themselves: of charges, since
-- a correction is no further call; 0 is an unknown time.
-- Parameters: tenant; start and end, in whole milliseconds; what the places need.
-- $columns, $keys, $filters and $lines as in latency_hourly.sql.
-- One row per bucket and group, whatever the currency.
SELECT
  $columns
  countIf(r.entry_seq = 0 AND r.latency_millis > 0) AS latency_calls,
  quantilesDDIf(0.01, 0.5, 0.9, 0.99)(r.latency_millis, r.entry_seq = 0 AND r.latency_millis > 0)
    AS latency_quantiles,
  countIf(r.entry_seq = 0 AND r.time_to_first_token_millis > 0) AS first_token_calls,
  quantilesDDIf(0.01, 0.5, 0.9, 0.99)(
    r.time_to_first_token_millis, r.entry_seq = 0 AND r.time_to_first_token_millis > 0
  ) AS first_token_quantiles
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  $filters
GROUP BY $keys
HAVING $lines
