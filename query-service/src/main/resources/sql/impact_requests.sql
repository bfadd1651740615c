-- What requests one tenant made before a deployment and after it, how they went and what they cost.
-- Parameters: tenant; start, deployed, resumed and end, in whole milliseconds: what lies between
-- deployed and resumed is left out; what the place needs. $filters are conditions.
-- One row per side: `after` is 0 or 1. A request is of the side of its first attempt. Of each
-- currency, `costs` has what all requests cost, and `squares` the sum of the squares of what each
-- did; in picos. They are summed together, as a key whose values are all 0 is left out: apart, one
-- list could lack a currency that the other has.
SELECT
  q.after AS after,
  count() AS requests,
  sum(q.attempts) AS attempts,
  sum(q.errors) AS errors,
  sum(q.tokens) AS tokens,
  sum(q.unpriced) AS unpriced_events,
  sumMap(q.costs.1, q.costs.2, arrayMap(cost -> toInt256(cost) * cost, q.costs.2)) AS summed,
  summed.1 AS currencies,
  summed.2 AS costs,
  summed.3 AS squares
FROM (
  SELECT
    if(
      r.logical_request_id = '',
      concat('event ', r.event_id), concat('request ', r.logical_request_id)
    ) AS request,
    toUInt8(
      minIf(r.event_time, r.origin_time = toDateTime64(0, 3, 'UTC'))
        >= {deployed:DateTime64(3, 'UTC')}
    ) AS after,
    sum(toInt64(r.sign)) AS attempts,
    sum(toInt64(r.sign) * (r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
    sum((r.input_tokens + r.output_tokens) * r.sign) AS tokens,
    sum(toInt64(r.sign) * (r.charge_status IN
      ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))) AS unpriced,
    sumMap([toString(r.currency)], [toInt128(r.cost_picos) * r.sign]) AS costs
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')}
    AND r.event_time < {end:DateTime64(3, 'UTC')}
    AND (r.event_time < {deployed:DateTime64(3, 'UTC')}
      OR r.event_time >= {resumed:DateTime64(3, 'UTC')})
    $filters
  GROUP BY request
  HAVING attempts > 0
) AS q
GROUP BY after
