-- What each team cost, as bare as can be: tenant, start, end.
SELECT r.team AS name, sum(r.cost_picos) AS amount
FROM usage_rollup AS r
WHERE r.tenant_id = {tenant:String}
  AND r.slot >= {start:DateTime('UTC')} AND r.slot < {end:DateTime('UTC')}
GROUP BY name
