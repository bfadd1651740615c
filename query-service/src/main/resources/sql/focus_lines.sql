-- What falls on each day of one tenant's costs that are not calls, spread over their periods as the
-- table cost_lines says: f(end) - f(start), whole picos, cut off toward zero.
-- Parameters: tenant; start and end, at which days begin; limit; what the places need. $columns are the
-- groups, $filters are conditions, $after is where the page begins.
-- One row per day and line, in the order of `day` and `key`, the line's id; none where a day has
-- nothing of it.
SELECT
  $columns
  day,
  r.cost_id AS key,
  toString(r.provider) AS provider_name,
  toString(r.region) AS region_name,
  toString(r.category) AS line_category,
  r.description AS line_description,
  toString(r.currency) AS currency_code,
  if(
    r.start_time = r.end_time,
    toInt128(r.amount_picos),
    intDiv(
      toInt128(r.amount_picos) * least(toInt64(day) * 1000 + 86400000 - starts, period), period)
    - intDiv(
      toInt128(r.amount_picos) * greatest(toInt64(day) * 1000 - starts, 0), period)
  ) AS cost
FROM (
  SELECT
    *,
    toUnixTimestamp64Milli(r.start_time) AS starts,
    greatest(date_diff('ms', r.start_time, r.end_time), 1) AS period,
    arrayJoin(range(
      toUInt32(toUnixTimestamp(toStartOfDay(
        greatest(r.start_time, {start:DateTime64(3, 'UTC')})))),
      toUInt32(toUnixTimestamp(least(
        greatest(r.start_time + INTERVAL 1 MILLISECOND, r.end_time),
        {end:DateTime64(3, 'UTC')}) + INTERVAL 999 MILLISECOND)),
      86400)) AS day
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
WHERE cost != 0
  $after
ORDER BY day, key
LIMIT {limit:UInt32}
