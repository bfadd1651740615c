-- What came of one tenant's undertakings of some kinds within a time range.
-- Parameters: tenant; start and end, in whole milliseconds; kinds; what the places need.
-- $columns and $keys are the groups, $filters are conditions. One row per group.
SELECT
  $columns
  countIf(r.result = 'SUCCESS') AS successes,
  countIf(r.result = 'FAILURE') AS failures
FROM outcomes AS r
WHERE r.tenant_id = {tenant:String}
  AND r.outcome_time >= {start:DateTime64(3, 'UTC')}
  AND r.outcome_time < {end:DateTime64(3, 'UTC')}
  AND r.kind IN {kinds:Array(String)}
  AND r.result IN ('SUCCESS', 'FAILURE')
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
GROUP BY $keys r.tenant_id
