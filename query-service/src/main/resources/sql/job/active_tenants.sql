-- Which tenants used something lately, and when last, to the quarter of an hour. Of all tenants.
-- Parameters: start, from when on. One row per tenant.
SELECT r.tenant_id AS tenant, max(r.slot) AS last_slot
FROM usage_rollup AS r
WHERE r.slot >= {start:DateTime('UTC')}
GROUP BY tenant
ORDER BY tenant
