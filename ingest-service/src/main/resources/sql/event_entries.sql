-- What does the ledger say of some of a tenant's events?
-- tenant; from, until: when the events took place; provider (empty: every one); model, a pattern of
-- LIKE; part, parts: one part of them, told by a hash of the id; moved: whether entries that count
-- later than their event are looked for too.
-- Answers all entries of these events, event by event, each entry once. attribution_part is what an
-- entry counts for, event_part what the entries of an event share, both as hexadecimal RowBinary;
-- $attribution_columns and $event_columns are their columns.
SELECT
  e.event_id AS id,
  e.event_time AS counted_time,
  e.origin_time AS origin,
  e.entry_seq AS seq,
  e.entry_kind AS kind,
  e.charge_status AS status,
  e.currency AS currency_code,
  e.cost_picos AS cost,
  e.list_cost_picos AS list_cost,
  e.rounded AS was_rounded,
  e.price_book AS book,
  e.price_ids AS prices,
  e.engine_version AS engine,
  e.repricing_id AS repricing,
  e.provider AS provider_name,
  e.model AS model_name,
  e.region AS region_name,
  e.service_tier AS tier,
  e.served_from AS served,
  e.usage AS buckets,
  hex(formatRow('RowBinary', $attribution_columns)) AS attribution_part,
  hex(formatRow('RowBinary', $event_columns)) AS event_part
FROM usage_events AS e
WHERE e.tenant_id = {tenant:String}
  AND (
    (
      e.event_time >= {from:DateTime64(3, 'UTC')}
      AND e.event_time < {until:DateTime64(3, 'UTC')}
      AND e.origin_time = toDateTime64(0, 3, 'UTC')
    )
    OR (
      {moved:UInt8} = 1
      AND e.event_time >= {from:DateTime64(3, 'UTC')}
      AND e.origin_time >= {from:DateTime64(3, 'UTC')}
      AND e.origin_time < {until:DateTime64(3, 'UTC')}
    )
  )
  AND ({provider:String} = '' OR e.provider = {provider:String})
  AND e.model LIKE {model:String}
  AND cityHash64(e.event_id) % {parts:UInt32} = {part:UInt32}
ORDER BY
  if(e.origin_time = toDateTime64(0, 3, 'UTC'), e.event_time, e.origin_time),
  e.event_id,
  e.entry_seq,
  e.version DESC
LIMIT 1 BY
  if(e.origin_time = toDateTime64(0, 3, 'UTC'), e.event_time, e.origin_time),
  e.event_id,
  e.entry_seq
