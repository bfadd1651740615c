-- Whether ClickHouse answers. Reads no table.
-- No parameters. One row.
SELECT 1 AS answer
