-- Which log the rows come from: only its own writer puts rows there, so that it can count them anew
-- after a crash of the server without disturbing another's.
ALTER TABLE usage_rollup
  ADD COLUMN IF NOT EXISTS log_id LowCardinality(String) AFTER currency,
  MODIFY ORDER BY (
    tenant_id, slot, feature, model, team, user, customer, project, environment, cost_center,
    provider, region, api_key, agent, workflow, operation, customer_tier, plan, prompt_version,
    release, currency, log_id
  )
