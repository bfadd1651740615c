-- What one tenant's successes of some kinds within a time range were worth.
-- Parameters: tenant; start and end, in whole milliseconds; kinds; what the places need.
-- $columns and $keys are the groups, or the day; $currency is that of amounts, $cost adds up what
-- outcomes were worth, $filters are conditions, $tail chooses rows.
-- One row per group and currency; amounts in picos.
SELECT
  $columns
  $currency AS currency,
  $cost AS cost
FROM outcomes AS r
WHERE r.tenant_id = {tenant:String}
  AND r.outcome_time >= {start:DateTime64(3, 'UTC')}
  AND r.outcome_time < {end:DateTime64(3, 'UTC')}
  AND r.kind IN {kinds:Array(String)}
  AND r.result = 'SUCCESS'
  AND r.currency != ''
  AND r.outcome_id GLOBAL NOT IN (
    SELECT s.supersedes FROM outcomes AS s
    WHERE s.tenant_id = {tenant:String} AND s.supersedes != '')
  AND (
    r.supersedes = ''
    OR (r.supersedes, r.outcome_id) GLOBAL IN (
      SELECT s.supersedes AS superseded, argMax(s.outcome_id, (s.outcome_time, s.outcome_id))
      FROM outcomes AS s
      WHERE s.tenant_id = {tenant:String} AND s.supersedes != ''
      GROUP BY superseded))
  $filters
GROUP BY $keys currency
$tail
