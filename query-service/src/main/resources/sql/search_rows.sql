-- All that the ledger has of some of one tenant's events: their entries within a time range, summed.
-- Parameters: tenant; start and end, in whole milliseconds; hours, those in which the entries count;
-- what the places need. $sums is what is added up, $dimensions what the events are attributed to,
-- $filters are further conditions, $among says which ids.
-- One row per event and currency, amounts in picos: also of events with these ids that took place at
-- other times. What entries of an event share is taken of any, the rest of the latest: what it is
-- attributed to is of the rest, since it may have been attributed anew.
SELECT
  r.event_id AS id,
  toUnixTimestamp64Milli(
    if(r.origin_time = toDateTime64(0, 3, 'UTC'), r.event_time, r.origin_time)
  ) AS happened,
  toString(r.currency) AS currency_code,
  $sums,
  sumIf(toInt128(r.cost_picos) * r.sign, r.entry_kind = 'CHARGE') AS charge_cost,
  sumIf(toInt128(r.cost_picos) * r.sign, r.entry_kind = 'REVERSAL') AS reversal_cost,
  sumIf(toInt128(r.cost_picos) * r.sign, r.entry_kind = 'ADJUST') AS adjustment_cost,
  count() AS entries,
  min(r.received_time) AS received,
  argMax(r.event_time, r.entry_seq) AS counted,
  argMax(toString(r.charge_status), r.entry_seq) AS status,
  argMax(toString(r.price_book), r.entry_seq) AS book,
  argMax(r.price_ids, r.entry_seq) AS prices,
  argMax(toString(r.engine_version), r.entry_seq) AS engine,
  argMax(toString(r.repricing_id), r.entry_seq) AS repricing,
  argMax(r.rounded, r.entry_seq) AS was_rounded,
  argMax(toString(r.attribution_rule), r.entry_seq) AS rule,
  any(r.backfilled) AS was_backfilled,
  $dimensions
  argMax(r.tags, r.entry_seq) AS all_tags,
  any(toString(r.service_tier)) AS tier,
  any(r.usage) AS used,
  any(r.input_tokens) AS input,
  any(r.cache_read_tokens) AS cache_read,
  any(r.cache_write_tokens) AS cache_write,
  any(r.output_tokens) AS output,
  any(r.reasoning_tokens) AS reasoning,
  any(r.logical_request_id) AS logical_request,
  any(r.attempt) AS attempt_number,
  any(toString(r.terminal_status)) AS ended,
  any(toString(r.error_code)) AS error,
  any(r.latency_millis) AS latency,
  any(r.time_to_first_token_millis) AS first_token,
  any(r.requested_max_output_tokens) AS output_max,
  any(toString(r.finish_reason)) AS finish,
  any(r.system_prompt_tokens) AS system_prompt,
  any(toString(r.served_from)) AS served,
  any(ifNull(r.quality_score, -1)) AS quality
FROM usage_events AS r
WHERE r.tenant_id = {tenant:String}
  AND r.event_time >= {start:DateTime64(3, 'UTC')}
  AND r.event_time < {end:DateTime64(3, 'UTC')}
  AND toStartOfHour(r.event_time) IN {hours:Array(DateTime('UTC'))}
  AND $among
  $filters
GROUP BY id, happened, currency_code
