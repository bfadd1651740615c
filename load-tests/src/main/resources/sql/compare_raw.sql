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
)
ARRAY JOIN [('actual', actual), ('gpt-4o', compared)] AS figure
