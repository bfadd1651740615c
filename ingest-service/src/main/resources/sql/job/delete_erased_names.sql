-- Deletes the names of all surrogates that were erased, from the disk, before it answers. Can be
-- run again. No parameters.
ALTER TABLE control_users
DELETE WHERE (tenant_id, surrogate) IN (SELECT tenant_id, surrogate FROM control_erasures)
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1
