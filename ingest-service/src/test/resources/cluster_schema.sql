CREATE TABLE IF NOT EXISTS schema_steps ON CLUSTER `main` (
  name String, sha256 String, applied_time DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS usage_events_local ON CLUSTER `main` (
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY toYYYYMM(event_time)
PRIMARY KEY (tenant_id, toStartOfHour(event_time), feature, model)
ORDER BY (tenant_id, toStartOfHour(event_time), feature, model, event_id, entry_seq)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS usage_events ON CLUSTER `main` AS usage_events_local
ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id));

CREATE TABLE IF NOT EXISTS usage_rollup_local ON CLUSTER `main` (
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
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toMonday(slot)
PRIMARY KEY (tenant_id, slot, feature, model)
ORDER BY (
  tenant_id, slot, feature, model, team, user, customer, project, environment, cost_center,
  provider, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency
)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS usage_rollup ON CLUSTER `main` AS usage_rollup_local
ENGINE = Distributed('main', currentDatabase(), 'usage_rollup_local', cityHash64(tenant_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS usage_rollup_view ON CLUSTER `main` TO usage_rollup_local AS
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfFifteenMinutes(e.event_time), 'UTC') AS slot,
  e.customer AS customer,
  e.team AS team,
  e.cost_center AS cost_center,
  e.project AS project,
  e.user AS user,
  e.feature AS feature,
  e.environment AS environment,
  e.provider AS provider,
  e.model AS model,
  e.region AS region,
  e.api_key AS api_key,
  e.agent AS agent,
  e.workflow AS workflow,
  e.operation AS operation,
  e.customer_tier AS customer_tier,
  e.plan AS plan,
  e.prompt_version AS prompt_version,
  e.release AS release,
  e.currency AS currency,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  sum(toInt128(e.list_cost_picos) * e.sign) AS list_cost_picos,
  sum(e.input_tokens * e.sign) AS input_tokens,
  sum(e.cache_read_tokens * e.sign) AS cache_read_tokens,
  sum(e.cache_write_tokens * e.sign) AS cache_write_tokens,
  sum(e.output_tokens * e.sign) AS output_tokens,
  sum(e.reasoning_tokens * e.sign) AS reasoning_tokens
FROM usage_events_local AS e
GROUP BY
  tenant_id, slot, customer, team, cost_center, project, user, feature, environment, provider,
  model, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency;

ALTER TABLE usage_events_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS origin_time DateTime64(3, 'UTC') AFTER event_time,
  ADD COLUMN IF NOT EXISTS repricing_id LowCardinality(String) AFTER engine_version,
  ADD INDEX IF NOT EXISTS origin_filter origin_time TYPE minmax GRANULARITY 1,
  MODIFY ORDER BY (
    tenant_id, toStartOfHour(event_time), feature, model, event_id, entry_seq, origin_time
  );

CREATE OR REPLACE TABLE usage_events ON CLUSTER `main` AS usage_events_local
ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id));

ALTER TABLE usage_rollup_view ON CLUSTER `main` MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfFifteenMinutes(e.event_time), 'UTC') AS slot,
  e.customer AS customer,
  e.team AS team,
  e.cost_center AS cost_center,
  e.project AS project,
  e.user AS user,
  e.feature AS feature,
  e.environment AS environment,
  e.provider AS provider,
  e.model AS model,
  e.region AS region,
  e.api_key AS api_key,
  e.agent AS agent,
  e.workflow AS workflow,
  e.operation AS operation,
  e.customer_tier AS customer_tier,
  e.plan AS plan,
  e.prompt_version AS prompt_version,
  e.release AS release,
  e.currency AS currency,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  sum(toInt128(e.list_cost_picos) * e.sign) AS list_cost_picos,
  sum(e.input_tokens * e.sign) AS input_tokens,
  sum(e.cache_read_tokens * e.sign) AS cache_read_tokens,
  sum(e.cache_write_tokens * e.sign) AS cache_write_tokens,
  sum(e.output_tokens * e.sign) AS output_tokens,
  sum(e.reasoning_tokens * e.sign) AS reasoning_tokens
FROM usage_events_local AS e
GROUP BY
  tenant_id, slot, customer, team, cost_center, project, user, feature, environment, provider,
  model, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency;

CREATE TABLE IF NOT EXISTS outcomes_local ON CLUSTER `main` (
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY toYYYYMM(outcome_time)
PRIMARY KEY (tenant_id, toStartOfHour(outcome_time), kind)
ORDER BY (tenant_id, toStartOfHour(outcome_time), kind, outcome_id)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS outcomes ON CLUSTER `main` AS outcomes_local
ENGINE = Distributed('main', currentDatabase(), 'outcomes_local', cityHash64(tenant_id));

CREATE TABLE IF NOT EXISTS deployments_local ON CLUSTER `main` (
  tenant_id LowCardinality(String),
  deployment_id String CODEC(ZSTD(1)),
  deployment_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  service LowCardinality(String),
  description String CODEC(ZSTD(1)),
  url String CODEC(ZSTD(1)),

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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY toYear(deployment_time)
ORDER BY (tenant_id, deployment_id)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS deployments ON CLUSTER `main` AS deployments_local
ENGINE = Distributed('main', currentDatabase(), 'deployments_local', cityHash64(tenant_id));

CREATE TABLE IF NOT EXISTS cost_lines_local ON CLUSTER `main` (
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
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
PARTITION BY toYear(start_time)
ORDER BY (tenant_id, cost_id)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS cost_lines ON CLUSTER `main` AS cost_lines_local
ENGINE = Distributed('main', currentDatabase(), 'cost_lines_local', cityHash64(tenant_id));

ALTER TABLE usage_events_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS attribution_rule LowCardinality(String) AFTER quality_score,
  ADD COLUMN IF NOT EXISTS backfilled UInt8 AFTER attribution_rule;

CREATE OR REPLACE TABLE usage_events ON CLUSTER `main` AS usage_events_local
ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id));

CREATE TABLE IF NOT EXISTS latency_hourly_local ON CLUSTER `main` (
  tenant_id LowCardinality(String),
  hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
  provider LowCardinality(String),
  model LowCardinality(String),
  feature LowCardinality(String),
  endpoint LowCardinality(String),
  region LowCardinality(String),
  terminal_status LowCardinality(String),

  events SimpleAggregateFunction(sum, Int64),
  latency_events SimpleAggregateFunction(sum, Int64),
  latency_millis SimpleAggregateFunction(sum, Int64),
  first_token_events SimpleAggregateFunction(sum, Int64),
  first_token_millis SimpleAggregateFunction(sum, Int64),
  latency_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.9, 0.99), UInt32),
  first_token_sketch AggregateFunction(quantilesDD(0.01, 0.5, 0.9, 0.99), UInt32)
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toMonday(hour)
ORDER BY (tenant_id, hour, feature, model, provider, endpoint, region, terminal_status)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS latency_hourly ON CLUSTER `main` AS latency_hourly_local
ENGINE = Distributed('main', currentDatabase(), 'latency_hourly_local', cityHash64(tenant_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS latency_hourly_view ON CLUSTER `main` TO latency_hourly_local AS
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfHour(e.event_time), 'UTC') AS hour,
  e.provider AS provider,
  e.model AS model,
  e.feature AS feature,
  e.endpoint AS endpoint,
  e.region AS region,
  e.terminal_status AS terminal_status,
  toInt64(count()) AS events,
  toInt64(countIf(e.latency_millis > 0)) AS latency_events,
  toInt64(sum(e.latency_millis)) AS latency_millis,
  toInt64(countIf(e.time_to_first_token_millis > 0)) AS first_token_events,
  toInt64(sum(e.time_to_first_token_millis)) AS first_token_millis,
  quantilesDDStateIf(0.01, 0.5, 0.9, 0.99)(e.latency_millis, e.latency_millis > 0)
    AS latency_sketch,
  quantilesDDStateIf(0.01, 0.5, 0.9, 0.99)(
    e.time_to_first_token_millis, e.time_to_first_token_millis > 0
  ) AS first_token_sketch
FROM usage_events_local AS e
WHERE e.entry_seq = 0
GROUP BY tenant_id, hour, provider, model, feature, endpoint, region, terminal_status;

CREATE TABLE IF NOT EXISTS ref_cost_local ON CLUSTER `main` (
  tenant_id LowCardinality(String),
  kind LowCardinality(String),
  ref String CODEC(ZSTD(1)),
  day Date CODEC(DoubleDelta, ZSTD(1)),
  currency LowCardinality(String),

  events SimpleAggregateFunction(sum, Int64),
  retries SimpleAggregateFunction(sum, Int64),
  errors SimpleAggregateFunction(sum, Int64),
  unpriced_events SimpleAggregateFunction(sum, Int64),
  cost_picos SimpleAggregateFunction(sum, Int128),
  first_time SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last_time SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (tenant_id, kind, ref, day, currency)
SETTINGS replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS ref_cost ON CLUSTER `main` AS ref_cost_local
ENGINE = Distributed('main', currentDatabase(), 'ref_cost_local', cityHash64(tenant_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS ref_cost_view ON CLUSTER `main` TO ref_cost_local AS
SELECT
  e.tenant_id AS tenant_id,
  r.1 AS kind,
  r.2 AS ref,
  toDate(e.event_time, 'UTC') AS day,
  e.currency AS currency,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.attempt > 1)) AS retries,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  min(if(toUnixTimestamp64Milli(e.origin_time) = 0, e.event_time, e.origin_time)) AS first_time,
  max(if(toUnixTimestamp64Milli(e.origin_time) = 0, e.event_time, e.origin_time)) AS last_time
FROM usage_events_local AS e
ARRAY JOIN [('session', e.session), ('interaction', e.interaction), ('trace', e.trace)] AS r
WHERE r.2 != ''
GROUP BY tenant_id, kind, ref, day, currency;

ALTER TABLE usage_rollup_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS log_id LowCardinality(String) AFTER currency,
  MODIFY ORDER BY (
    tenant_id, slot, feature, model, team, user, customer, project, environment, cost_center,
    provider, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
    release, currency, log_id
  );

CREATE OR REPLACE TABLE usage_rollup ON CLUSTER `main` AS usage_rollup_local
ENGINE = Distributed('main', currentDatabase(), 'usage_rollup_local', cityHash64(tenant_id));

ALTER TABLE usage_rollup_view ON CLUSTER `main` MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfFifteenMinutes(e.event_time), 'UTC') AS slot,
  e.customer AS customer,
  e.team AS team,
  e.cost_center AS cost_center,
  e.project AS project,
  e.user AS user,
  e.feature AS feature,
  e.environment AS environment,
  e.provider AS provider,
  e.model AS model,
  e.region AS region,
  e.api_key AS api_key,
  e.agent AS agent,
  e.workflow AS workflow,
  e.operation AS operation,
  e.customer_tier AS customer_tier,
  e.plan AS plan,
  e.prompt_version AS prompt_version,
  e.release AS release,
  e.currency AS currency,
  e.log_id AS log_id,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  sum(toInt128(e.list_cost_picos) * e.sign) AS list_cost_picos,
  sum(e.input_tokens * e.sign) AS input_tokens,
  sum(e.cache_read_tokens * e.sign) AS cache_read_tokens,
  sum(e.cache_write_tokens * e.sign) AS cache_write_tokens,
  sum(e.output_tokens * e.sign) AS output_tokens,
  sum(e.reasoning_tokens * e.sign) AS reasoning_tokens
FROM usage_events_local AS e
GROUP BY
  tenant_id, slot, customer, team, cost_center, project, user, feature, environment, provider,
  model, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency, log_id;

ALTER TABLE latency_hourly_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS log_id LowCardinality(String) AFTER terminal_status,
  MODIFY ORDER BY (
    tenant_id, hour, feature, model, provider, endpoint, region, terminal_status, log_id
  );

CREATE OR REPLACE TABLE latency_hourly ON CLUSTER `main` AS latency_hourly_local
ENGINE = Distributed('main', currentDatabase(), 'latency_hourly_local', cityHash64(tenant_id));

ALTER TABLE latency_hourly_view ON CLUSTER `main` MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfHour(e.event_time), 'UTC') AS hour,
  e.provider AS provider,
  e.model AS model,
  e.feature AS feature,
  e.endpoint AS endpoint,
  e.region AS region,
  e.terminal_status AS terminal_status,
  e.log_id AS log_id,
  toInt64(count()) AS events,
  toInt64(countIf(e.latency_millis > 0)) AS latency_events,
  toInt64(sum(e.latency_millis)) AS latency_millis,
  toInt64(countIf(e.time_to_first_token_millis > 0)) AS first_token_events,
  toInt64(sum(e.time_to_first_token_millis)) AS first_token_millis,
  quantilesDDStateIf(0.01, 0.5, 0.9, 0.99)(e.latency_millis, e.latency_millis > 0)
    AS latency_sketch,
  quantilesDDStateIf(0.01, 0.5, 0.9, 0.99)(
    e.time_to_first_token_millis, e.time_to_first_token_millis > 0
  ) AS first_token_sketch
FROM usage_events_local AS e
WHERE e.entry_seq = 0
GROUP BY tenant_id, hour, provider, model, feature, endpoint, region, terminal_status, log_id;

ALTER TABLE ref_cost_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS log_id LowCardinality(String) AFTER currency,
  MODIFY ORDER BY (
    tenant_id, kind, ref, day, currency, log_id
  );

CREATE OR REPLACE TABLE ref_cost ON CLUSTER `main` AS ref_cost_local
ENGINE = Distributed('main', currentDatabase(), 'ref_cost_local', cityHash64(tenant_id));

ALTER TABLE ref_cost_view ON CLUSTER `main` MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  r.1 AS kind,
  r.2 AS ref,
  toDate(e.event_time, 'UTC') AS day,
  e.currency AS currency,
  e.log_id AS log_id,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.attempt > 1)) AS retries,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  min(if(toUnixTimestamp64Milli(e.origin_time) = 0, e.event_time, e.origin_time)) AS first_time,
  max(if(toUnixTimestamp64Milli(e.origin_time) = 0, e.event_time, e.origin_time)) AS last_time
FROM usage_events_local AS e
ARRAY JOIN [('session', e.session), ('interaction', e.interaction), ('trace', e.trace)] AS r
WHERE r.2 != ''
GROUP BY tenant_id, kind, ref, day, currency, log_id;

ALTER TABLE usage_events_local ON CLUSTER `main`
ADD INDEX IF NOT EXISTS log_positions log_position TYPE minmax GRANULARITY 1;

CREATE OR REPLACE TABLE usage_events ON CLUSTER `main` AS usage_events_local
ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id));

ALTER TABLE usage_rollup_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS retries SimpleAggregateFunction(sum, Int64) AFTER events;

CREATE OR REPLACE TABLE usage_rollup ON CLUSTER `main` AS usage_rollup_local
ENGINE = Distributed('main', currentDatabase(), 'usage_rollup_local', cityHash64(tenant_id));

ALTER TABLE usage_rollup_view ON CLUSTER `main` MODIFY QUERY
SELECT
  e.tenant_id AS tenant_id,
  toDateTime(toStartOfFifteenMinutes(e.event_time), 'UTC') AS slot,
  e.customer AS customer,
  e.team AS team,
  e.cost_center AS cost_center,
  e.project AS project,
  e.user AS user,
  e.feature AS feature,
  e.environment AS environment,
  e.provider AS provider,
  e.model AS model,
  e.region AS region,
  e.api_key AS api_key,
  e.agent AS agent,
  e.workflow AS workflow,
  e.operation AS operation,
  e.customer_tier AS customer_tier,
  e.plan AS plan,
  e.prompt_version AS prompt_version,
  e.release AS release,
  e.currency AS currency,
  e.log_id AS log_id,
  sum(toInt64(e.sign)) AS events,
  sum(toInt64(e.sign) * (e.attempt > 1)) AS retries,
  sum(toInt64(e.sign) * (e.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))) AS errors,
  sum(
    toInt64(e.sign)
    * (e.charge_status IN ('UNPRICED_MODEL', 'UNPRICED_BUCKET', 'USAGE_MISSING', 'USAGE_INVALID'))
  ) AS unpriced_events,
  sum(toInt128(e.cost_picos) * e.sign) AS cost_picos,
  sum(toInt128(e.list_cost_picos) * e.sign) AS list_cost_picos,
  sum(e.input_tokens * e.sign) AS input_tokens,
  sum(e.cache_read_tokens * e.sign) AS cache_read_tokens,
  sum(e.cache_write_tokens * e.sign) AS cache_write_tokens,
  sum(e.output_tokens * e.sign) AS output_tokens,
  sum(e.reasoning_tokens * e.sign) AS reasoning_tokens
FROM usage_events_local AS e
GROUP BY
  tenant_id, slot, customer, team, cost_center, project, user, feature, environment, provider,
  model, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency, log_id;

ALTER TABLE usage_events_local ON CLUSTER `main`
ADD COLUMN IF NOT EXISTS filled_dimensions Array(LowCardinality(String)) AFTER attribution_rule;

CREATE OR REPLACE TABLE usage_events ON CLUSTER `main` AS usage_events_local
ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id));

ALTER TABLE usage_rollup_local ON CLUSTER `main`
MODIFY SETTING min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1;

CREATE OR REPLACE TABLE usage_rollup ON CLUSTER `main` AS usage_rollup_local
ENGINE = Distributed('main', currentDatabase(), 'usage_rollup_local', cityHash64(tenant_id));

ALTER TABLE latency_hourly_local ON CLUSTER `main`
MODIFY SETTING min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1;

CREATE OR REPLACE TABLE latency_hourly ON CLUSTER `main` AS latency_hourly_local
ENGINE = Distributed('main', currentDatabase(), 'latency_hourly_local', cityHash64(tenant_id));

ALTER TABLE ref_cost_local ON CLUSTER `main`
MODIFY SETTING min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1;

CREATE OR REPLACE TABLE ref_cost ON CLUSTER `main` AS ref_cost_local
ENGINE = Distributed('main', currentDatabase(), 'ref_cost_local', cityHash64(tenant_id));

CREATE TABLE IF NOT EXISTS control_users ON CLUSTER `main` (
  tenant_id LowCardinality(String),
  surrogate String CODEC(ZSTD(1)),
  name String CODEC(ZSTD(1)),
  log_id LowCardinality(String),
  log_position UInt64 CODEC(DoubleDelta, ZSTD(1)),
  batch UInt64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
ORDER BY (tenant_id, surrogate)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1,
  replicated_deduplication_window = 20000,
  replicated_deduplication_window_seconds = 2592000;

CREATE TABLE IF NOT EXISTS control_erasures ON CLUSTER `main` (
  tenant_id LowCardinality(String),
  surrogate String,
  actor String,
  reason String,
  erase_time DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
ORDER BY (tenant_id, surrogate)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
