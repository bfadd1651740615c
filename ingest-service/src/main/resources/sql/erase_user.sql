-- Notes that a surrogate of a tenant is erased.
-- Parameters: tenant, surrogate, actor, reason.
INSERT INTO control_erasures (tenant_id, surrogate, actor, reason)
SELECT {tenant:String}, {surrogate:String}, {actor:String}, {reason:String}
