-- What the sessions that began in the range cost by feature, and what came of them, from the events:
-- tenant, start, end.
SELECT figure.1 AS name, figure.2 AS amount, *
FROM (
  SELECT
    s.feature AS feature,
    s.currency AS currency,
    sum(s.cost) AS cost,
    sumIf(s.cost, o.labels > 0) AS labelled_cost,
    sum(s.events) AS events,
    sum(s.retries) AS retries,
    sum(s.errors) AS errors,
    sum(s.unpriced) AS unpriced_events,
    count() AS sessions,
    countIf(o.labels > 0) AS labelled_sessions,
    toInt128(sum(o.successes)) AS successes,
    sum(o.labels - o.successes) AS failures,
    max(s.last) AS last
  FROM (
    SELECT
      r.session AS session,
      any(r.currency) AS currency,
      argMin(r.feature, (r.event_time, r.event_id)) AS feature,
      min(r.event_time) AS first,
      max(r.event_time) AS last,
      sum(toInt128(r.cost_picos) * r.sign) AS cost,
      sum(toInt64(r.sign)) AS events,
      sum(toInt64(r.sign) * (r.attempt > 1)) AS retries,
      sum(toInt64(r.sign) * (r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
      sum(toInt64(r.sign)
        * (r.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID')))
        AS unpriced
    FROM usage_events AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.event_time >= {start:DateTime64(3, 'UTC')} - INTERVAL 1 DAY
      AND r.event_time < {end:DateTime64(3, 'UTC')} + INTERVAL 1 DAY
    GROUP BY session
    HAVING first >= {start:DateTime64(3, 'UTC')} AND first < {end:DateTime64(3, 'UTC')}
  ) AS s
  LEFT JOIN (
    SELECT o.session AS session, countIf(o.result = 'SUCCESS') AS successes, count() AS labels
    FROM outcomes AS o
    WHERE o.tenant_id = {tenant:String} AND o.kind = 'resolved'
    GROUP BY session
  ) AS o ON o.session = s.session
  GROUP BY feature, currency
)
ARRAY JOIN [(feature, cost), (feature || ' successes', successes)] AS figure
;
-- What names no session: tenant, start, end.
SELECT
  toString(r.feature) AS feature,
  r.currency AS currency,
  sum(toInt128(r.cost_picos) * r.sign) AS cost,
  sum(toInt64(r.sign)) AS events
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND r.session = ''
GROUP BY feature, currency
