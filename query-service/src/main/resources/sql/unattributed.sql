-- What one tenant spent on whole days of UTC for what names no session, interaction or trace: all
-- that it spent, without what has one.
-- Parameters: tenant; start and end; reference; what the places need. $columns and $keys are the day,
-- or nothing, $currency is that of amounts, $cost adds up what days cost, $tail chooses rows.
-- One row per currency; amounts in picos.
SELECT
  $columns
  $currency AS currency,
  $cost AS cost,
  sum(r.events) AS events,
  sum(r.unpriced_events) AS unpriced_events
FROM (
  SELECT
    a.currency AS currency,
    a.day AS day,
    sum(a.cost) AS cost,
    sum(a.events) AS events,
    sum(a.unpriced_events) AS unpriced_events
  FROM (
    SELECT
      r.currency AS currency,
      toDate(r.slot, 'UTC') AS day,
      sum(r.cost_picos) AS cost,
      sum(r.events) AS events,
      sum(r.unpriced_events) AS unpriced_events
    FROM usage_rollup AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.slot >= {start:DateTime('UTC')}
      AND r.slot < {end:DateTime('UTC')}
    GROUP BY currency, day
    UNION ALL
    SELECT
      r.currency AS currency,
      r.day AS day,
      -sum(r.cost_picos) AS cost,
      -sum(r.events) AS events,
      -sum(r.unpriced_events) AS unpriced_events
    FROM ref_cost AS r
    WHERE r.tenant_id = {tenant:String}
      AND r.kind = {reference:String}
      AND r.day >= toDate({start:DateTime('UTC')})
      AND r.day < toDate({end:DateTime('UTC')})
    GROUP BY currency, day
  ) AS a
  GROUP BY currency, day
) AS r
GROUP BY $keys currency
$tail
