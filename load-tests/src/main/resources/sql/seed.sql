-- Usage of many tenants, as ingest would have written it: the views fill the rollups.
-- Parameters: first and count, numbers of events; start, the time of event 0; gap_micros between
-- events; tenants, of which number 0 has 17 % of the sessions, and prefix of their names, which is also
-- what the rows say of their log.
-- Twenty events in a row are a session: what a session's calls share is drawn once for all of them.
-- Not idempotent.
INSERT INTO usage_events (
  tenant_id, event_id, entry_seq, entry_kind, sign, event_time, received_time, checked_at,
  customer, team, cost_center, project, user, feature, environment, provider, model, endpoint,
  region, api_key, agent, workflow, session, interaction, trace, request, operation,
  customer_tier, plan, prompt_version, release, tags, usage,
  input_tokens, cache_read_tokens, output_tokens, currency, cost_picos, list_cost_picos,
  charge_status, quota_nanos, price_book, price_ids, engine_version, logical_request_id, attempt,
  terminal_status, error_code, latency_millis, time_to_first_token_millis,
  requested_max_output_tokens, finish_reason, input_fingerprint, fingerprint, version, log_id, log_position, batch
)
WITH
  cityHash64(intDiv(number, 20), {prefix:String}) AS s,
  cityHash64(number, {prefix:String}) AS e,
  s % 12 AS f,
  intDiv(s, 12) % 300 AS c,
  fromUnixTimestamp64Micro(
    toUnixTimestamp64Micro({start:DateTime64(3, 'UTC')}) + number * {gap_micros:UInt64}, 'UTC'
  ) AS at,
  (f + (e % 5 = 0)) % 8 AS m,
  ['gpt-4o', 'claude-opus-4-0', 'gpt-4.1', 'claude-sonnet-4-5', 'gpt-4o-mini', 'claude-haiku-4-5',
    'gpt-4.1-mini', 'claude-3-5-haiku-latest'] AS models,
  toInt64(200 + e % 3000) AS input,
  toInt64(if(e % 3 = 0, 1024, 0)) AS cached,
  toInt64(20 + intDiv(e, 3000) % 800) AS output,
  input * 2500000 + cached * 1250000 + output * 10000000 AS picos,
  intDiv(e, 7) % 50 = 0 AS failed,
  toUInt32(number % 2 = 1 AND e % 40 = 0) AS retried
SELECT
  {prefix:String} || toString(if(
    intDiv(s, 4000) % 100 < 17, 0, 1 + intDiv(s, 400000) % ({tenants:UInt64} - 1)
  )),
  {prefix:String} || '-' || toString(number), 0, 'CHARGE', 1, at, at, at,
  'customer-' || toString(c), 'team-' || toString(f % 4), 'cc-' || toString(100 + f),
  if(f < 6, 'atlas', 'borealis'), 'user-' || toString(c) || '-' || toString(intDiv(s, 3600) % 25),
  'feature-' || toString(f), 'prod',
  if(m % 2 = 0, 'openai', 'anthropic'), models[1 + m], 'chat',
  'us', 'key-' || toString(f), 'agent-' || toString(f), 'workflow-' || toString(f),
  hex(s), hex(s) || '-' || toString(intDiv(number, 4) % 5), hex(e), 'req-' || hex(e), 'chat',
  'tier-' || toString(c % 3), 'plan-' || toString(c % 3), 'v' || toString(1 + f), '2026.01',
  map('channel', 'web'),
  map('input', input, 'cache_read', cached, 'output', output),
  input + cached, cached, output, 'USD', picos, picos,
  'PRICED', intDiv(picos, 1000) + 1, 'default@1', [], '1', hex(number - retried), 1 + retried,
  if(failed, 'ERROR', 'SUCCESS'), if(failed, 'overloaded', ''), 300 + e % 5000, 100 + e % 1000,
  4096, if(failed, '', 'stop'), hex(e % 500), toFixedString('', 16), number, {prefix:String}, number,
  intDiv(number, 1000)
FROM numbers_mt({first:UInt64}, {count:UInt64})
