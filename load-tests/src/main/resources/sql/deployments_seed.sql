-- One deployment of each tenant: id, at; tenants, how many there are.
INSERT INTO deployments (tenant_id, deployment_id, deployment_time, feature, received_time)
SELECT
  'tenant-' || toString(number), {id:String}, {at:DateTime64(3, 'UTC')}, 'feature-3',
  {at:DateTime64(3, 'UTC')}
FROM numbers({tenants:UInt64})
