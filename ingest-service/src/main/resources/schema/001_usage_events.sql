-- What was spent: one row per entry of the ledger, appended and never changed.
-- A charge has entry_seq 0 and sign 1; a reversal (sign -1) and an adjustment (sign 1) follow it.
-- Amounts and quantities are of the entry itself: sums are over value * sign.
-- Unattributed is the empty string. An event is counted once because ingest sends it once and the
-- deduplication window drops a batch that comes again; ReplacingMergeTree is the safety net only
-- (`version` is larger the earlier an entry was received, so that the first one wins).
CREATE TABLE IF NOT EXISTS usage_events (
  tenant_id LowCardinality(String),
  event_id String CODEC(ZSTD(1)),
  entry_seq UInt32 CODEC(T64, ZSTD(1)),
  entry_kind LowCardinality(String),
  sign Int8,
  event_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  received_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  checked_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),

  customer String CODEC(ZSTD(1)),
  team LowCardinality(String),
  cost_center LowCardinality(String),
  project LowCardinality(String),
  user String CODEC(ZSTD(1)),
  feature LowCardinality(String),
  environment LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  endpoint LowCardinality(String),
  region LowCardinality(String),
  api_key LowCardinality(String),
  agent LowCardinality(String),
  workflow LowCardinality(String),
  session String CODEC(ZSTD(1)),
  interaction String CODEC(ZSTD(1)),
  trace String CODEC(ZSTD(1)),
  request String CODEC(ZSTD(1)),
  operation LowCardinality(String),
  customer_tier LowCardinality(String),
  plan LowCardinality(String),
  prompt_version LowCardinality(String),
  release LowCardinality(String),
  tags Map(LowCardinality(String), String),

  service_tier LowCardinality(String),
  usage Map(LowCardinality(String), Int64),
  input_tokens Int64 CODEC(T64, ZSTD(1)),
  cache_read_tokens Int64 CODEC(T64, ZSTD(1)),
  cache_write_tokens Int64 CODEC(T64, ZSTD(1)),
  output_tokens Int64 CODEC(T64, ZSTD(1)),
  reasoning_tokens Int64 CODEC(T64, ZSTD(1)),

  currency LowCardinality(String),
  cost_picos Int64 CODEC(T64, ZSTD(1)),
  list_cost_picos Int64 CODEC(T64, ZSTD(1)),
  charge_status LowCardinality(String),
  rounded UInt8,
  quota_nanos Int64 CODEC(T64, ZSTD(1)),
  price_book LowCardinality(String),
  price_ids Array(LowCardinality(String)),
  engine_version LowCardinality(String),

  reservation_id String CODEC(ZSTD(1)),
  logical_request_id String CODEC(ZSTD(1)),
  attempt UInt16 CODEC(T64, ZSTD(1)),
  terminal_status LowCardinality(String),
  error_code LowCardinality(String),
  latency_millis UInt32 CODEC(T64, ZSTD(1)),
  time_to_first_token_millis UInt32 CODEC(T64, ZSTD(1)),
  requested_max_output_tokens Int64 CODEC(T64, ZSTD(1)),
  finish_reason LowCardinality(String),
  system_prompt_tokens Int64 CODEC(T64, ZSTD(1)),
  served_from LowCardinality(String),
  input_fingerprint String CODEC(ZSTD(1)),
  quality_score Nullable(Float64),

  fingerprint FixedString(16),
  version UInt64 CODEC(DoubleDelta, ZSTD(1)),
  log_id LowCardinality(String),
  log_position UInt64 CODEC(DoubleDelta, ZSTD(1)),
  batch UInt64 CODEC(DoubleDelta, ZSTD(1)),

  INDEX trace_filter trace TYPE bloom_filter GRANULARITY 4,
  INDEX session_filter session TYPE bloom_filter GRANULARITY 4,
  INDEX request_filter request TYPE bloom_filter GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(event_time)
PRIMARY KEY (tenant_id, toStartOfHour(event_time), feature, model)
ORDER BY (tenant_id, toStartOfHour(event_time), feature, model, event_id, entry_seq)
SETTINGS non_replicated_deduplication_window = 20000
