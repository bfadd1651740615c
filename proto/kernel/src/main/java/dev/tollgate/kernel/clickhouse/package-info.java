/// ClickHouse, as every service speaks to it.
@NullMarked
package dev.tollgate.kernel.clickhouse;

import org.jspecify.annotations.NullMarked;
