-- Which of one tenant's events have entries within a time range, and what these sum up to.
-- Parameters: tenant; start and end, in whole milliseconds; what the places need.
-- $filters are further conditions of entries, $having of sums, $order the order and the page.
-- One row per event and currency, amounts in picos; an event is known by its id and when it took
-- place, which an entry that counts at another time says too. Groups beyond 400 MB go to disk.
SELECT
  r.event_id AS id,
  toUnixTimestamp64Milli(
    if(r.origin_time = toDateTime64(0, 3, 'UTC'), r.event_time, r.origin_time)
  ) AS happened,
  toString(r.currency) AS currency_code,
  sum(toInt128(r.cost_picos) * r.sign) AS cost,
  groupUniqArray(toUnixTimestamp(toStartOfHour(r.event_time))) AS hours
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  $filters
GROUP BY id, happened, currency_code
$having
$order
SETTINGS max_bytes_before_external_group_by = 400000000
