-- What each team cost, with what the answer says beside it: tenant, start, end.
SELECT
  r.team AS name,
  r.currency AS currency,
  sum(r.cost_picos) AS amount,
  sum(r.events) AS events,
  sum(r.unpriced_events) AS unpriced_events
FROM usage_rollup AS r
WHERE r.tenant_id = {tenant:String}
  AND r.slot >= {start:DateTime('UTC')} AND r.slot < {end:DateTime('UTC')}
GROUP BY name, currency
