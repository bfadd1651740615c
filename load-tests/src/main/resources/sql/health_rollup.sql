-- How many calls each endpoint had, with their latencies: tenant, start, end.
SELECT
  r.provider || ' ' || r.model AS name,
  sum(r.events) AS amount,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.latency_sketch) AS latency,
  quantilesDDMerge(0.01, 0.5, 0.9, 0.99)(r.first_token_sketch) AS first_token
FROM latency_hourly AS r
WHERE r.tenant_id = {tenant:String}
  AND r.hour >= {start:DateTime('UTC')} AND r.hour < {end:DateTime('UTC')}
GROUP BY name
