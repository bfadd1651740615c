-- How much of something each value of each dimension had in one hour, and in others before it.
-- Parameters: tenant; start, the first of the hours, and end, the end of the one; hour, the one,
-- hours, all of them, in seconds, and usual, how many others; currency, empty for any; what the places need. $pairs are the
-- dimensions, $measure what is added up, $filters conditions: composed by AnomalyStatement.
-- One row per dimension and value, of each dimension those that changed the most.
SELECT
  s.1 AS dimension,
  s.2 AS value,
  sumIf(toInt128($measure), toUnixTimestamp(r.slot) >= {hour:UInt32}) AS now,
  sumIf(toInt128($measure), toUnixTimestamp(r.slot) < {hour:UInt32}) AS before
FROM usage_rollup AS r
ARRAY JOIN [$pairs] AS s
WHERE r.tenant_id = {tenant:String}
  AND r.slot >= {start:DateTime('UTC')}
  AND r.slot < {end:DateTime('UTC')}
  AND has({hours:Array(UInt32)}, toUInt32(toUnixTimestamp(toStartOfHour(r.slot))))
  AND {currency:String} IN ('', toString(r.currency))
  $filters
GROUP BY dimension, value
ORDER BY dimension, abs(now * {usual:UInt8} - before) DESC, value
LIMIT 100 BY dimension
