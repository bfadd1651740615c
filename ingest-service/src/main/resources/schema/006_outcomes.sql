-- What came of calls: one row per outcome, appended and never changed.
-- An outcome counts unless another one names it in `supersedes`; among several that name the same
-- one, the one with the latest outcome_time counts, of equal times the one with the greatest id.
-- What is named need not exist. result: SUCCESS, FAILURE, or REVERSED, which counts as neither.
-- At least one of request, interaction, session and trace is given, as in usage_events.
-- currency is empty where the value is not known. `version` as in usage_events.
CREATE TABLE IF NOT EXISTS outcomes (
  tenant_id LowCardinality(String),
  outcome_id String CODEC(ZSTD(1)),
  outcome_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  kind LowCardinality(String),
  result LowCardinality(String),
  supersedes String CODEC(ZSTD(1)),
  currency LowCardinality(String),
  value_picos Int64 CODEC(T64, ZSTD(1)),
  quality_score Nullable(Float64),

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

  received_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  fingerprint FixedString(16),
  version UInt64 CODEC(DoubleDelta, ZSTD(1)),
  log_id LowCardinality(String),
  log_position UInt64 CODEC(DoubleDelta, ZSTD(1)),
  batch UInt64 CODEC(DoubleDelta, ZSTD(1)),

  INDEX request_filter request TYPE bloom_filter GRANULARITY 4,
  INDEX interaction_filter interaction TYPE bloom_filter GRANULARITY 4,
  INDEX session_filter session TYPE bloom_filter GRANULARITY 4,
  INDEX trace_filter trace TYPE bloom_filter GRANULARITY 4,
  INDEX supersedes_filter supersedes TYPE bloom_filter GRANULARITY 4
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(outcome_time)
PRIMARY KEY (tenant_id, toStartOfHour(outcome_time), kind)
ORDER BY (tenant_id, toStartOfHour(outcome_time), kind, outcome_id)
SETTINGS non_replicated_deduplication_window = 20000
