-- What each model cost, added up from the days: tenant, start, end.
SELECT name, sum(cost) AS amount
FROM (
  SELECT
    toString(r.model) AS name,
    r.provider AS provider,
    toStartOfDay(r.event_time) AS day,
    sum(toInt128(r.cost_picos) * r.sign) AS cost
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  GROUP BY name, provider, day
)
GROUP BY name
