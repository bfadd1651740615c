-- What outcomes of each feature were worth less what its calls cost, from the events: tenant, start,
-- end.
SELECT
  q.name AS name,
  sum(q.amount) AS amount,
  sum(q.worth) AS worth,
  sum(q.unpriced) AS unpriced_events
FROM (
  SELECT
    toString(r.feature) AS name,
    -sum(toInt128(r.cost_picos) * r.sign) AS amount,
    toInt128(0) AS worth,
    sum(toInt64(r.sign)
      * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')))
      AS unpriced
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  GROUP BY name
  UNION ALL
  SELECT
    toString(o.feature) AS name,
    sum(toInt128(o.value_picos)) AS amount,
    amount AS worth,
    toInt64(0) AS unpriced
  FROM outcomes AS o
  WHERE o.tenant_id = {tenant:String} AND o.kind = 'resolved' AND o.result = 'SUCCESS'
    AND o.outcome_time >= {start:DateTime64(3, 'UTC')}
    AND o.outcome_time < {end:DateTime64(3, 'UTC')}
  GROUP BY name
) AS q
GROUP BY name
;
-- How the undertakings of each feature ended: tenant, start, end.
SELECT
  toString(o.feature) AS feature,
  countIf(o.result = 'SUCCESS') AS successes,
  countIf(o.result = 'FAILURE') AS failures
FROM outcomes AS o
WHERE o.tenant_id = {tenant:String} AND o.kind = 'resolved'
  AND o.outcome_time >= {start:DateTime64(3, 'UTC')}
  AND o.outcome_time < {end:DateTime64(3, 'UTC')}
GROUP BY feature
;
-- What else was paid for: tenant, start, end.
SELECT toString(l.feature) AS feature, l.currency AS currency, sum(toInt128(l.amount_picos)) AS cost
FROM cost_lines AS l
WHERE l.tenant_id = {tenant:String}
  AND l.start_time < {end:DateTime64(3, 'UTC')} AND l.end_time >= {start:DateTime64(3, 'UTC')}
GROUP BY feature, currency
