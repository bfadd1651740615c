-- A week that nothing was added to for an hour becomes one part: its rows are added up, and a question
-- about a past month reads half as many. The running week is left to the usual merges.
ALTER TABLE usage_rollup
  MODIFY SETTING min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1
