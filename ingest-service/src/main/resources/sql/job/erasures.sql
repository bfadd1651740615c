-- Every surrogate of every tenant that was erased. No parameters.
SELECT DISTINCT toString(tenant_id) AS tenant, surrogate FROM control_erasures
