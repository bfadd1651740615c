-- What calls cost, and what they would cost at gpt-4o's prices, in USD for a million tokens 2.5, cached
-- 1.25, output 10: tenant, start, end.
SELECT figure.1 AS name, figure.2 AS amount
FROM (
  SELECT
    sum(toInt128(r.cost_picos) * r.sign) AS actual,
    sum(toInt128(r.usage['input'] * 2500000 + r.usage['cache_read'] * 1250000
      + r.usage['output'] * 10000000) * r.sign) AS compared
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
    AND r.served_from != 'CACHE'
)
ARRAY JOIN [('actual', actual), ('gpt-4o', compared)] AS figure
;
-- How all calls and those of that model went: tenant, start, end.
SELECT
  count() AS calls,
  countIf(r.terminal_status = 'CANCELLED') AS cancelled,
  countIf(r.terminal_status NOT IN ('SUCCESS', 'CANCELLED')) AS errors,
  avg(r.quality_score) AS quality,
  varSamp(r.quality_score) AS quality_variance,
  avgIf(r.output_tokens, r.terminal_status = 'SUCCESS') AS output,
  varSampIf(r.output_tokens, r.terminal_status = 'SUCCESS') AS output_variance,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.latency_millis) AS latency,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.time_to_first_token_millis) AS first_token
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
  AND r.served_from != 'CACHE'
GROUP BY GROUPING SETS ((), (r.model = 'gpt-4o'))
