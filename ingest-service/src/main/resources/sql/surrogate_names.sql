-- How many rows name the user of a surrogate of a tenant. Parameters: tenant, surrogate.
SELECT count() AS names FROM control_users AS u
WHERE u.tenant_id = {tenant:String}
  AND u.surrogate = {surrogate:String}
