-- What each model cost on each day, with all that the answer says beside it: tenant, start, end.
SELECT
  toString(toDate(r.slot)) || ' ' || r.model AS name,
  r.currency AS currency,
  sum(r.cost_picos) AS amount,
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
  AND r.slot >= {start:DateTime('UTC')} AND r.slot < {end:DateTime('UTC')}
GROUP BY name, currency
