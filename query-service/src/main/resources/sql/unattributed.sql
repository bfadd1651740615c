-- What one tenant spent on whole days of UTC for what names no session, interaction or trace: all
-- that it spent, without what has one.
-- Parameters: tenant; start and end; reference.
-- One row per currency; amounts in picos.
SELECT
  a.currency AS currency,
  sum(a.cost) AS cost,
  sum(a.events) AS events,
  sum(a.unpriced_events) AS unpriced_events
FROM (
  SELECT
    r.currency AS currency,
    sum(r.cost_picos) AS cost,
    sum(r.events) AS events,
    sum(r.unpriced_events) AS unpriced_events
  FROM usage_rollup AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.slot >= {start:DateTime('UTC')}
    AND r.slot < {end:DateTime('UTC')}
  GROUP BY currency
  UNION ALL
  SELECT
    r.currency AS currency,
    -sum(r.cost_picos) AS cost,
    -sum(r.events) AS events,
    -sum(r.unpriced_events) AS unpriced_events
  FROM ref_cost AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.kind = {reference:String}
    AND r.day >= toDate({start:DateTime('UTC')})
    AND r.day < toDate({end:DateTime('UTC')})
  GROUP BY currency
) AS a
GROUP BY currency
HAVING cost != 0 OR events != 0 OR unpriced_events != 0
