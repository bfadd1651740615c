-- Which of one tenant's events have entries within a time range, and what these sum up to.
-- Parameters: tenant; start and end, in whole milliseconds; what the places need. $columns is what is
-- said of the events, $where keeps some of them, $tail is how they are grouped or the order and the
-- page; $filters are further conditions of entries, $events and $unpriced what of an entry is added
-- up.
-- An event is known by its id and when it took place, which an entry that counts at another time says
-- too; there is one row of it per currency, with amounts in picos. What was never corrected is one
-- entry: only the others, which are few, are grouped, and go to disk beyond 400 MB.
SELECT
  $columns
FROM (
  SELECT
    r.event_id AS id,
    toUnixTimestamp64Milli(
      if(r.origin_time = toDateTime64(0, 3, 'UTC'), r.event_time, r.origin_time)
    ) AS happened,
    toString(r.currency) AS currency_code,
    toInt128(r.cost_picos) * r.sign AS cost,
    $events AS events,
    $unpriced AS unpriced_events,
    toString(r.charge_status) AS status,
    [toUnixTimestamp(toStartOfHour(r.event_time))] AS hours
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')}
    AND r.event_time < {end:DateTime64(3, 'UTC')}
    $filters
    AND r.event_id GLOBAL NOT IN (
      SELECT r.event_id
      FROM usage_events AS r
      WHERE r.tenant_id = {tenant:String}
        AND r.event_time >= {start:DateTime64(3, 'UTC')}
        AND r.event_time < {end:DateTime64(3, 'UTC')}
        AND r.entry_seq > 0)
  UNION ALL
  SELECT
    r.event_id AS id,
    toUnixTimestamp64Milli(
      if(r.origin_time = toDateTime64(0, 3, 'UTC'), r.event_time, r.origin_time)
    ) AS happened,
    toString(r.currency) AS currency_code,
    sum(toInt128(r.cost_picos) * r.sign) AS cost,
    sum($events) AS events,
    sum($unpriced) AS unpriced_events,
    argMax(toString(r.charge_status), r.entry_seq) AS status,
    groupUniqArray(toUnixTimestamp(toStartOfHour(r.event_time))) AS hours
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')}
    AND r.event_time < {end:DateTime64(3, 'UTC')}
    $filters
    AND r.event_id GLOBAL IN (
      SELECT r.event_id
      FROM usage_events AS r
      WHERE r.tenant_id = {tenant:String}
        AND r.event_time >= {start:DateTime64(3, 'UTC')}
        AND r.event_time < {end:DateTime64(3, 'UTC')}
        AND r.entry_seq > 0)
  GROUP BY id, happened, currency_code
) AS e
$where
$tail
SETTINGS max_bytes_before_external_group_by = 400000000
