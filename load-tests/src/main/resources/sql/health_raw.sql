-- How many calls each endpoint had, with their latencies, from the events: tenant, start, end.
SELECT
  r.provider || ' ' || r.model AS name,
  count() AS amount,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.latency_millis) AS latency,
  quantilesDD(0.01, 0.5, 0.9, 0.99)(r.time_to_first_token_millis) AS first_token
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.entry_seq = 0
GROUP BY name
