-- How many names there are of surrogates that were erased. No parameters.
SELECT count() AS names FROM control_users
WHERE (tenant_id, surrogate) IN (SELECT tenant_id, surrogate FROM control_erasures)
