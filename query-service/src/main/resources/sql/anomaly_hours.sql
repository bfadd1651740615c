-- What the tenant as a whole and each of its teams, features and models did in some hours, and when
-- each was first seen in the range.
-- Parameters: tenant; start and end, whole hours; hours, those that are told apart, in seconds.
-- $measures is what is added up, $lists are these by hour: composed by AnomalyStatement.
-- One row per subject and currency, with its hours; hour 0 is all others of the range. The subject
-- ('', '') is the whole; what is not attributed is no subject. Of very many the dearest.
SELECT
  h.dimension AS dimension,
  h.value AS value,
  h.currency AS currency,
  min(h.first_hour) AS first,
  groupArray(toString(h.hour)) AS hours,
  $lists
FROM (
  SELECT
    s.1 AS dimension,
    s.2 AS value,
    toString(r.currency) AS currency,
    toUInt32(toUnixTimestamp(toStartOfHour(r.slot))) * has(
      {hours:Array(UInt32)}, toUInt32(toUnixTimestamp(toStartOfHour(r.slot)))
    ) AS hour,
    toUInt32(toUnixTimestamp(toStartOfHour(min(r.slot)))) AS first_hour,
    $measures
  FROM usage_rollup AS r
  ARRAY JOIN [
    ('', ''),
    ('team', toString(r.team)),
    ('feature', toString(r.feature)),
    ('model', toString(r.model))
  ] AS s
  WHERE r.tenant_id = {tenant:String}
    AND r.slot >= {start:DateTime('UTC')}
    AND r.slot < {end:DateTime('UTC')}
    AND (s.1 = '' OR s.2 != '')
  GROUP BY dimension, value, currency, hour
) AS h
GROUP BY dimension, value, currency
ORDER BY dimension != '', sum(h.cost) DESC, dimension, value, currency
LIMIT 10000
