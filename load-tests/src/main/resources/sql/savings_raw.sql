-- What calls cost whose input the same model had been sent for the same feature before in the range:
-- tenant, start, end.
SELECT name, sum(saving) AS amount
FROM (
  SELECT
    r.feature || ' ' || r.model AS name,
    sum(toInt128(r.cost_picos)) - argMin(r.cost_picos, (r.event_time, r.event_id)) AS saving
  FROM usage_events AS r
  WHERE r.tenant_id = {tenant:String}
    AND r.event_time >= {start:DateTime64(3, 'UTC')} AND r.event_time < {end:DateTime64(3, 'UTC')}
    AND r.entry_seq = 0
    AND r.input_fingerprint != ''
  GROUP BY name, r.provider, r.input_fingerprint
)
GROUP BY name
HAVING amount > 0
