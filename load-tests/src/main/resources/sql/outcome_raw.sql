-- What the sessions that began in the range cost by feature, and how many were resolved, from the
-- events: tenant, start, end.
SELECT figure.1 AS name, figure.2 AS amount
FROM (
  SELECT
    s.feature AS feature, sum(s.cost) AS cost, toInt128(sum(o.successes)) AS successes
  FROM (
    SELECT
      r.session AS session,
      argMin(r.feature, (r.event_time, r.event_id)) AS feature,
      min(r.event_time) AS first,
      sum(toInt128(r.cost_picos) * r.sign) AS cost
    FROM usage_events AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.event_time >= {start:DateTime64(3, 'UTC')} - INTERVAL 1 DAY
      AND r.event_time < {end:DateTime64(3, 'UTC')} + INTERVAL 1 DAY
    GROUP BY session
    HAVING first >= {start:DateTime64(3, 'UTC')} AND first < {end:DateTime64(3, 'UTC')}
  ) AS s
  LEFT JOIN (
    SELECT o.session AS session, countIf(o.result = 'SUCCESS') AS successes
    FROM outcomes AS o
    WHERE o.tenant_id = {tenant:String} AND o.kind = 'resolved'
    GROUP BY session
  ) AS o ON o.session = s.session
  GROUP BY feature
)
ARRAY JOIN [(feature, cost), (feature || ' successes', successes)] AS figure
