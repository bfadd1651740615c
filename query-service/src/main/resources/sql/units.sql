-- How much of what one tenant's calls within a time range had: attempts, requests, sessions, users,
-- ...
-- Parameters: tenant; start and end, in whole milliseconds; what the places need. $columns are the
-- groups and $keys their names, $sets how they are formed, $filters are conditions, $whole says whether
-- a row is of all groups together. What is distinct is counted of charges, as they were reported; all
-- of it is what the groups have together, which costs half of looking at each row twice.
-- One row per group, and one of all together.
SELECT
  $keys
  toUInt8($whole) AS whole,
  sum(g.events) AS events,
  sum(g.requests) AS requests,
  sum(g.successes) AS successes,
  sum(g.tokens) AS tokens,
  uniqExactMerge(g.interactions) AS interactions,
  uniqExactMerge(g.sessions) AS sessions,
  uniqExactMerge(g.users) AS users,
  uniqExactMerge(g.features) AS features
FROM (
  SELECT
    $columns
    r.tenant_id AS tenant_id,
    sum(toInt64(r.sign)) AS events,
    sum(toInt64(r.sign) * (r.attempt <= 1)) AS requests,
    sum(toInt64(r.sign) * (r.terminal_status = 'SUCCESS')) AS successes,
    sum((r.input_tokens + r.output_tokens) * r.sign) AS tokens,
    uniqExactStateIf(r.interaction, r.interaction != '' AND r.entry_seq = 0) AS interactions,
    uniqExactStateIf(r.session, r.session != '' AND r.entry_seq = 0) AS sessions,
    uniqExactStateIf(r.user, r.user != '' AND r.entry_seq = 0) AS users,
    uniqExactStateIf(r.feature, r.feature != '' AND r.entry_seq = 0) AS features
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')}
    AND r.event_time < {end:DateTime64(3, 'UTC')}
    $filters
  GROUP BY $keys tenant_id
) AS g
GROUP BY GROUPING SETS ($sets)
