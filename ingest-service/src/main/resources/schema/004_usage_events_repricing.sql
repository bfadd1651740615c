-- What repricing needs of usage_events. An entry that corrects an event of a closed period counts in
-- the open one: then `origin_time` says when the event took place; elsewhere it is the epoch, also
-- in rows that are older than the column. It is part of the key, because two events of one id may
-- be corrected into one hour. `repricing_id` says which repricing made an entry; empty for charges.
ALTER TABLE usage_events
  ADD COLUMN IF NOT EXISTS origin_time DateTime64(3, 'UTC') AFTER event_time,
  ADD COLUMN IF NOT EXISTS repricing_id LowCardinality(String) AFTER engine_version,
  ADD INDEX IF NOT EXISTS origin_filter origin_time TYPE minmax GRANULARITY 1,
  MODIFY ORDER BY (
    tenant_id, toStartOfHour(event_time), feature, model, event_id, entry_seq, origin_time
  )
