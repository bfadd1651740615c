-- What outcomes of each feature were worth less what its calls cost, from the events: tenant, start,
-- end.
SELECT name, sum(amount) AS amount
FROM (
  SELECT toString(r.feature) AS name, -sum(toInt128(r.cost_picos) * r.sign) AS amount
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  GROUP BY name
  UNION ALL
  SELECT toString(o.feature) AS name, sum(toInt128(o.value_picos)) AS amount
  FROM outcomes AS o
  WHERE o.tenant_id = {tenant:String} AND o.kind = 'resolved' AND o.result = 'SUCCESS'
    AND o.outcome_time >= {start:DateTime64(3, 'UTC')}
    AND o.outcome_time < {end:DateTime64(3, 'UTC')}
  GROUP BY name
)
GROUP BY name
