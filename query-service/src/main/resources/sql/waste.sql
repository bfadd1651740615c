-- What one tenant spent within a time range on attempts that led nowhere.
-- Parameters: tenant; start and end, in whole milliseconds; seen_start and seen_end, between which
-- attempts of the same requests are looked at; what the places need. $columns and $keys are the
-- groups, $currency that of amounts, $measures what is added up, $filters are conditions, $pins those of them that hide rows
-- from the caller: composed by WasteStatement. An attempt is superseded if the last one that is
-- known of its request comes after it; the last one is sought of requests with several entries only,
-- which are few, and which a hash finds that may find more.
-- One row per group and currency; amounts in picos.
SELECT
  $columns
  $currency AS currency,
  $measures
FROM usage_events AS r
GLOBAL LEFT JOIN (
  SELECT
    r.logical_request_id AS logical_request,
    max((greatest(r.attempt, 1), r.event_time, r.event_id)) AS last
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {seen_start:DateTime64(3, 'UTC')}
    AND r.event_time < {seen_end:DateTime64(3, 'UTC')}
    AND r.entry_seq = 0
    AND r.logical_request_id != ''
    AND cityHash64(r.logical_request_id) GLOBAL IN (
      SELECT cityHash64(r.logical_request_id) AS hash
      FROM usage_events AS r
      WHERE r.tenant_id = {tenant:String}
        AND r.event_time >= {seen_start:DateTime64(3, 'UTC')}
        AND r.event_time < {seen_end:DateTime64(3, 'UTC')}
        AND r.logical_request_id != ''
      GROUP BY hash
      HAVING count() > 1)
    $pins
  GROUP BY logical_request
) AS f ON f.logical_request = r.logical_request_id
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  $filters
GROUP BY $keys currency
