-- What each model cost by day, region, tier, book and status, with its tokens: tenant, start, end.
SELECT
  toString(r.model) AS name,
  sum(toInt128(r.cost_picos) * r.sign) AS amount,
  toString(r.provider) AS provider,
  toString(r.region) AS region,
  toString(r.service_tier) AS tier,
  toString(r.currency) AS currency,
  toString(r.price_book) AS book,
  toString(r.charge_status) AS status,
  r.origin_time != toDateTime64(0, 3, 'UTC') AS correction,
  toStartOfDay(r.event_time) AS day,
  sum(toInt128(r.list_cost_picos) * r.sign) AS list_cost,
  sum(toInt64(r.sign)) AS events,
  sum(toInt64(r.sign)
    * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')))
    AS unpriced_events,
  sum(r.input_tokens * r.sign) AS input_tokens,
  sum(r.cache_read_tokens * r.sign) AS cache_read_tokens,
  sum(r.cache_write_tokens * r.sign) AS cache_write_tokens,
  sum(r.output_tokens * r.sign) AS output_tokens,
  sum(r.reasoning_tokens * r.sign) AS reasoning_tokens
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY day, provider, name, region, tier, currency, book, status, correction
ORDER BY day, name, provider, region, tier, currency, book, status, correction
