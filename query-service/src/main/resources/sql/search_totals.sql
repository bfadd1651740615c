-- What all of one tenant's events sum up to that search_page.sql finds.
-- Parameters and places as there. One row per currency, amounts in picos.
SELECT
  event_currency AS currency_code,
  count() AS found,
  sum(event_cost) AS cost,
  sum(event_count) AS events,
  sum(event_unpriced) AS unpriced_events
FROM (
  SELECT
    r.event_id AS id,
    toUnixTimestamp64Milli(
      if(r.origin_time = toDateTime64(0, 3, 'UTC'), r.event_time, r.origin_time)
    ) AS happened,
    toString(r.currency) AS event_currency,
    sum(toInt128(r.cost_picos) * r.sign) AS event_cost,
    $sums
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')}
    AND r.event_time < {end:DateTime64(3, 'UTC')}
    $filters
  GROUP BY id, happened, event_currency
  $having
)
GROUP BY currency_code
ORDER BY currency_code
SETTINGS max_bytes_before_external_group_by = 400000000
