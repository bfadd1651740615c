-- What one tenant spent within a time range, from the quarter hours.
-- Parameters: tenant; start and end, both at the beginning of a quarter.
-- $columns and $keys are the time bucket and the groups, $filters further conditions, $tail the
-- order and the page: composed by CostStatement from fixed texts, never from a caller's.
-- One row per bucket, group and currency; amounts in picos.
SELECT
  $columns
  r.currency AS currency,
  sum(r.cost_picos) AS cost,
  sum(r.events) AS events,
  sum(r.errors) AS errors,
  sum(r.unpriced_events) AS unpriced_events,
  sum(r.input_tokens) AS input_tokens,
  sum(r.cache_read_tokens) AS cache_read_tokens,
  sum(r.cache_write_tokens) AS cache_write_tokens,
  sum(r.output_tokens) AS output_tokens,
  sum(r.reasoning_tokens) AS reasoning_tokens
FROM usage_rollup AS r
WHERE r.tenant_id = {tenant:String}
  AND r.slot >= {start:DateTime('UTC')}
  AND r.slot < {end:DateTime('UTC')}
  $filters
GROUP BY $keys currency
$tail
