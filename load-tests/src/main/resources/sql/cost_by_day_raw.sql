-- What each model cost on each day, with all that the answer says beside it, from the events: tenant, start, end.
SELECT
  toString(toDate(r.event_time)) || ' ' || r.model AS name,
  r.currency AS currency,
  sum(toInt128(r.cost_picos) * r.sign) AS amount,
  sum(toInt64(r.sign)) AS events,
  sumIf(toInt64(r.sign), r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  sumIf(toInt64(r.sign), r.charge_status LIKE 'U%') AS unpriced_events,
  sum(r.input_tokens * r.sign) AS input_tokens,
  sum(r.cache_read_tokens * r.sign) AS cache_read_tokens,
  sum(r.cache_write_tokens * r.sign) AS cache_write_tokens,
  sum(r.output_tokens * r.sign) AS output_tokens,
  sum(r.reasoning_tokens * r.sign) AS reasoning_tokens
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY name, currency
