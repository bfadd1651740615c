-- How long one tenant's calls took within a time range, from the sketches of hours.
-- Parameters: tenant; start and end, both at the beginning of an hour; what the places need.
-- $columns and $keys are the time bucket, whether it is what has no line of its own, and the groups;
-- $filters are further conditions, $lines keeps the lines of a page: composed by LatencyStatement.
-- One row per bucket and group, whatever the currency.
SELECT
  $columns
  sum(r.latency_events) AS latency_calls,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.latency_sketch) AS latency_quantiles,
  sum(r.first_token_events) AS first_token_calls,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.first_token_sketch) AS first_token_quantiles
FROM latency_hourly AS r
WHERE r.tenant_id = {tenant:String}
  AND r.hour >= {start:DateTime('UTC')}
  AND r.hour < {end:DateTime('UTC')}
  $filters
GROUP BY $keys
HAVING $lines
