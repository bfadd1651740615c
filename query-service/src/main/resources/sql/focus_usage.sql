-- What one tenant was charged for calls, by day.
-- Parameters: tenant; start and end, at which days begin; limit; what the places need. $columns are the
-- groups and $keys their names, $measures what is added up, $filters are conditions, $after is where
-- the page begins.
-- One row per day, charge and group, in the order of `day` and `key`, which is a hash of all that tells
-- the rows of a day apart. What corrections took back to nothing is no row. Amounts in picos. Groups
-- beyond 400 MB go to disk.
SELECT
  $columns
  toUInt32(toUnixTimestamp(toStartOfDay(r.event_time))) AS day,
  toString(r.provider) AS provider_name,
  toString(r.model) AS model_name,
  toString(r.region) AS region_name,
  toString(r.service_tier) AS tier,
  toString(r.currency) AS currency_code,
  toString(r.price_book) AS book,
  toString(r.charge_status) AS status,
  r.origin_time != toDateTime64(0, 3, 'UTC') AS correction,
  lower(hex(sipHash128(
    $keys provider_name, model_name, region_name, tier, currency_code, book, status, correction
  ))) AS key,
  $measures
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  $filters
GROUP BY
  $keys day, provider_name, model_name, region_name, tier, currency_code, book, status, correction
HAVING (events != 0 OR cost != 0 OR list_cost != 0 OR input_tokens != 0 OR output_tokens != 0)
  $after
ORDER BY day, key
LIMIT {limit:UInt32}
SETTINGS max_bytes_before_external_group_by = 400000000
