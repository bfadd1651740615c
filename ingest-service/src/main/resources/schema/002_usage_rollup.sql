-- usage_events, added up per quarter of an hour and attribution: what most questions read.
-- All measures are already multiplied by the entry's sign. `slot` is the beginning of the quarter.
-- A quarter, because every time zone's day begins at one. The deduplication window must be set
-- here too: a batch that the raw table drops would otherwise be counted again.
CREATE TABLE IF NOT EXISTS usage_rollup (
  tenant_id LowCardinality(String),
  slot DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  customer String CODEC(ZSTD(1)),
  team LowCardinality(String),
  cost_center LowCardinality(String),
  project LowCardinality(String),
  user String CODEC(ZSTD(1)),
  feature LowCardinality(String),
  environment LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  region LowCardinality(String),
  api_key LowCardinality(String),
  agent LowCardinality(String),
  workflow LowCardinality(String),
  operation LowCardinality(String),
  customer_tier LowCardinality(String),
  plan LowCardinality(String),
  prompt_version LowCardinality(String),
  release LowCardinality(String),
  currency LowCardinality(String),

  events SimpleAggregateFunction(sum, Int64),
  errors SimpleAggregateFunction(sum, Int64),
  unpriced_events SimpleAggregateFunction(sum, Int64),
  cost_picos SimpleAggregateFunction(sum, Int128),
  list_cost_picos SimpleAggregateFunction(sum, Int128),
  input_tokens SimpleAggregateFunction(sum, Int64),
  cache_read_tokens SimpleAggregateFunction(sum, Int64),
  cache_write_tokens SimpleAggregateFunction(sum, Int64),
  output_tokens SimpleAggregateFunction(sum, Int64),
  reasoning_tokens SimpleAggregateFunction(sum, Int64)
)
ENGINE = AggregatingMergeTree
PARTITION BY toMonday(slot)
PRIMARY KEY (tenant_id, slot, feature, model)
ORDER BY (
  tenant_id, slot, feature, model, team, user, customer, project, environment, cost_center,
  provider, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency
)
SETTINGS non_replicated_deduplication_window = 20000
