-- What falls into a time range of one tenant's costs that are not calls, spread over their periods
-- as the table cost_lines says: f(end) - f(start), whole picos, cut off toward zero.
-- Parameters: tenant; start and end, in whole milliseconds; what the places need. $columns and
-- $keys are the groups, or the day; $currency is that of amounts, $cost adds up the parts of lines
-- that fall into the range, $filters are conditions, $tail chooses rows.
-- One row per group and currency; amounts in picos.
SELECT
  $columns
  $currency AS currency,
  $cost AS cost
FROM (
  SELECT
    *,
    greatest(date_diff('ms', r.start_time, r.end_time), 1) AS period,
    if(
      r.start_time = r.end_time,
      toInt128(r.amount_picos),
      intDiv(
        toInt128(r.amount_picos)
          * least(date_diff('ms', r.start_time, {end:DateTime64(3, 'UTC')}), period),
        period)
      - intDiv(
        toInt128(r.amount_picos)
          * greatest(date_diff('ms', r.start_time, {start:DateTime64(3, 'UTC')}), 0),
        period)
    ) AS part
  FROM cost_lines AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.start_time < {end:DateTime64(3, 'UTC')}
    AND if(r.start_time = r.end_time, r.start_time >= {start:DateTime64(3, 'UTC')},
      r.end_time > {start:DateTime64(3, 'UTC')})
    AND r.cost_id GLOBAL NOT IN (
      SELECT s.supersedes FROM cost_lines AS s
      WHERE s.tenant_id = {tenant:String} AND s.supersedes != '')
    AND (
      r.supersedes = ''
      OR (r.supersedes, r.cost_id) GLOBAL IN (
        SELECT s.supersedes AS superseded, argMax(s.cost_id, (s.received_time, s.cost_id))
        FROM cost_lines AS s
        WHERE s.tenant_id = {tenant:String} AND s.supersedes != ''
        GROUP BY superseded))
    $filters
) AS r
GROUP BY $keys currency
$tail
