-- What the sessions, interactions, traces or requests cost that began within a time range, and what
-- came of them, as one tenant's outcomes say.
-- Parameters: tenant; start and end, in whole milliseconds; kind, of the outcomes; what the places
-- need. $table is ref_cost or usage_events; $ref and $label name the reference in a row of it and
-- in an outcome; $measures adds up, $first and $last are the times of events, $values is the group
-- that the earliest of them has, by $key; $began keeps rows of what may have begun in the range,
-- $filters are conditions on events; $received leaves out what came too late; $successes and
-- $failures count outcomes; $currency is that of amounts, $unknown says whether any has no rate, $cost
-- and $labelled what their sums say in picos: composed by OutcomeStatement. A reference is counted
-- once, in the line of the first of its currencies.
-- One row per group and currency; amounts in picos.
SELECT
  c.values AS groups,
  line.1 AS currency,
  $cost AS cost,
  $labelled AS labelled_cost,
  sum(line.3) AS events,
  sum(line.4) AS retries,
  sum(line.5) AS errors,
  sum(line.6) AS unpriced_events,
  countIf(number = 1 AND c.events > 0) AS refs,
  countIf(number = 1 AND c.events > 0 AND l.labels > 0) AS labelled_refs,
  sumIf(l.successes, number = 1 AND c.events > 0) AS successes,
  sumIf(l.failures, number = 1 AND c.events > 0) AS failures,
  max(c.last_time) AS last_time
FROM (
  SELECT
    b.ref AS ref,
    argMin(b.values, b.first_key) AS values,
    min(b.first_time) AS first_time,
    max(b.last_time) AS last_time,
    sum(b.events) AS events,
    max(b.unknown) AS unknown,
    groupArray((b.currency, b.cost, b.events, b.retries, b.errors, b.unpriced_events)) AS lines
  FROM (
    SELECT
      $ref AS ref,
      $currency AS currency,
      $values AS values,
      $key AS first_key,
      $first AS first_time,
      $last AS last_time,
      $unknown AS unknown,
      $measures
    FROM $table AS r
    WHERE r.tenant_id = {tenant:String}
      AND $ref != ''
      $filters
      AND $ref GLOBAL IN (
        SELECT $ref FROM $table AS r WHERE r.tenant_id = {tenant:String} AND $began $filters)
    GROUP BY ref, currency
  ) AS b
  GROUP BY ref
  HAVING first_time >= {start:DateTime64(3, 'UTC')} AND first_time < {end:DateTime64(3, 'UTC')}
) AS c
LEFT JOIN (
  SELECT
    $label AS ref,
    $successes AS successes,
    $failures AS failures,
    successes + failures AS labels
  FROM outcomes AS o
  WHERE o.tenant_id = {tenant:String}
    AND o.kind = {kind:String}
    AND o.result IN ('SUCCESS', 'FAILURE')
    AND $label != ''
    $received
    AND o.outcome_id GLOBAL NOT IN (
      SELECT o.supersedes FROM outcomes AS o
      WHERE o.tenant_id = {tenant:String} AND o.supersedes != '' $received)
    AND (
      o.supersedes = ''
      OR (o.supersedes, o.outcome_id) GLOBAL IN (
        SELECT o.supersedes AS superseded, argMax(o.outcome_id, (o.outcome_time, o.outcome_id))
        FROM outcomes AS o
        WHERE o.tenant_id = {tenant:String} AND o.supersedes != '' $received
        GROUP BY superseded))
  GROUP BY ref
) AS l ON l.ref = c.ref
ARRAY JOIN c.lines AS line, arrayEnumerate(c.lines) AS number
GROUP BY groups, currency
