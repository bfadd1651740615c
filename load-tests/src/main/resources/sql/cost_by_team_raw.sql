-- What each team cost, from the events: tenant, start, end.
SELECT
  r.team AS name,
  r.currency AS currency,
  sum(toInt128(r.cost_picos) * r.sign) AS amount,
  sum(toInt64(r.sign)) AS events,
  sumIf(toInt64(r.sign), r.charge_status LIKE 'U%') AS unpriced_events
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY name, currency
