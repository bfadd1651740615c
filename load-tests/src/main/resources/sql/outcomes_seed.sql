-- What came of the sessions that seed.sql makes of the same events: two of three are resolved.
-- Parameters as there.
INSERT INTO outcomes (
  tenant_id, outcome_id, outcome_time, kind, result, currency, value_picos, feature, session,
  received_time)
WITH cityHash64(number, {prefix:String}) AS s,
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro({start:DateTime64(3, 'UTC')}) + (number * 20 + 19) * {gap_micros:UInt64},
    'UTC'
  ) AS at
SELECT
  {prefix:String} || toString(if(
    intDiv(s, 4000) % 100 < 17, 0, 1 + intDiv(s, 400000) % ({tenants:UInt64} - 1)
  )),
  'outcome-' || toString(number), at, 'resolved', if(s % 3 = 0, 'FAILURE', 'SUCCESS'),
  'USD', 500000000000, 'feature-' || toString(s % 12), hex(s), at
FROM numbers_mt(intDiv({first:UInt64}, 20), intDiv({count:UInt64}, 20))
