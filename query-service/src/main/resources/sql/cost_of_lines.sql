-- What lines of an answer come to, each with its amounts rounded: their sums are those of what the
-- lines say.
-- $lines is a statement of cost_rollup.sql or cost_raw.sql, with its parameters; $measures adds up.
-- One row per currency.
SELECT
  l.currency AS currency,
  $measures
FROM (
$lines
) AS l
GROUP BY currency
ORDER BY currency
