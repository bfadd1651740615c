-- How one tenant's calls within a time range went.
-- Parameters and place as in compare_usage.sql. One row, none
-- without calls. Means and variances are not numbers where there is nothing to make them of.
SELECT
  count() AS calls,
  countIf(r.terminal_status = 'CANCELLED') AS cancelled,
  countIf(r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  countIf(r.quality_score IS NOT NULL) AS qualities,
  ifNull(avg(r.quality_score), nan) AS quality,
  ifNull(varSamp(r.quality_score), nan) AS quality_variance,
  countIf(r.terminal_status = 'SUCCESS') AS successes,
  avgIf(r.output_tokens, r.terminal_status = 'SUCCESS') AS output,
  varSampIf(r.output_tokens, r.terminal_status = 'SUCCESS') AS output_variance,
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
  AND r.entry_seq = 0
  AND r.served_from != 'CACHE'
  $filters
HAVING calls > 0
