-- How many sessions each feature had, and all of them, with what else is counted: tenant, start, end.
SELECT
  toString(r.feature) AS name,
  uniqExactIf(r.session, r.session != '' AND r.entry_seq = 0) AS amount,
  uniqExactIf(r.interaction, r.interaction != '' AND r.entry_seq = 0) AS interactions,
  uniqExactIf(r.user, r.user != '' AND r.entry_seq = 0) AS users,
  uniqExactIf(r.feature, r.feature != '' AND r.entry_seq = 0) AS features,
  sum(toInt64(r.sign)) AS events,
  sum(toInt64(r.sign) * (r.attempt <= 1)) AS requests,
  sum(toInt64(r.sign) * (r.terminal_status = 'SUCCESS')) AS successes,
  sum((r.input_tokens + r.output_tokens) * r.sign) AS tokens,
  sum(toInt128(r.cost_picos) * r.sign) AS cost
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
GROUP BY GROUPING SETS ((name), ())
;
-- How much of all that the dearest one in a hundred users make up: tenant, start, end.
SELECT arraySum(arraySlice(arrayReverseSort(groupArray(cost)), 1, intDiv(count() + 99, 100))) AS top
FROM (
  SELECT r.user AS user, sum(toInt128(r.cost_picos) * r.sign) AS cost
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
    AND r.user != ''
  GROUP BY user
)
