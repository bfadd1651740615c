-- How long one tenant's calls took before a deployment and after it.
-- Parameters and place as in impact_requests.sql. One row per side: `after` is 0 or 1.
SELECT
  toUInt8(r.event_time >= {deployed:DateTime64(3, 'UTC')}) AS after,
  countIf(r.latency_millis > 0) AS latency_calls,
  quantilesDDIf(0.01, 0.5, 0.9, 0.99)(r.latency_millis, r.latency_millis > 0) AS latency_quantiles,
  countIf(r.time_to_first_token_millis > 0) AS first_token_calls,
  quantilesDDIf(0.01, 0.5, 0.9, 0.99)(
    r.time_to_first_token_millis, r.time_to_first_token_millis > 0
  ) AS first_token_quantiles
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND (r.event_time < {deployed:DateTime64(3, 'UTC')}
    OR r.event_time >= {resumed:DateTime64(3, 'UTC')})
  AND r.entry_seq = 0
  $filters
GROUP BY after
