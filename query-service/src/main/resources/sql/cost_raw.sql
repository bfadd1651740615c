-- What one tenant spent within a time range, from the events themselves.
-- Parameters: tenant; start and end, in whole milliseconds; what the places need.
-- The places are those of cost_rollup.sql, the measures the same and more.
-- One row per bucket, group and currency; amounts in picos.
SELECT
  $columns
  $currency AS currency,
  $measures
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  $filters
GROUP BY $keys currency
$tail
