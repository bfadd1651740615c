-- Feeds usage_rollup's retries.
ALTER TABLE usage_rollup_view MODIFY QUERY
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
FROM usage_events AS e
GROUP BY
  tenant_id, slot, customer, team, cost_center, project, user, feature, environment, provider,
  model, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
  release, currency, log_id
