-- What was paid besides calls: one row per line, appended and never changed. Negative is a credit.
-- A line counts unless another one names it in `supersedes`; among several that name the same one,
-- the one received last counts, of equal times the one with the greatest id.
-- A line is spread over its period [start_time, end_time) when it is read, exactly: what falls into
-- [a, b) is f(b) - f(a), where f(t) = intDiv(toInt128(amount_picos) * elapsed, total), elapsed is
-- t - start_time held to 0..total, and total is end_time - start_time, both in milliseconds. intDiv
-- cuts off toward zero. The parts of any division add up to the amount, because f(start_time) is 0
-- and f(end_time) the amount. No overflow: |amount| < 2^63, total < 2^39 (3,660 days). A line whose
-- times are equal falls whole into the [a, b) that holds it. `version` as in usage_events.
-- Few rows, known by their ids whatever their time: hence the order.
CREATE TABLE IF NOT EXISTS cost_lines (
  tenant_id LowCardinality(String),
  cost_id String CODEC(ZSTD(1)),
  start_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  end_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  category LowCardinality(String),
  description String CODEC(ZSTD(1)),
  supersedes String CODEC(ZSTD(1)),
  currency LowCardinality(String),
  amount_picos Int64 CODEC(T64, ZSTD(1)),

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
  batch UInt64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(start_time)
ORDER BY (tenant_id, cost_id)
SETTINGS non_replicated_deduplication_window = 20000
