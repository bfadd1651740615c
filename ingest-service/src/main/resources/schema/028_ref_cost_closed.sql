-- A month that nothing was added to for an hour becomes one part, as of usage_rollup.
ALTER TABLE ref_cost
  MODIFY SETTING min_age_to_force_merge_seconds = 3600, min_age_to_force_merge_on_partition_only = 1
