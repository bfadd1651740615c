package dev.tollgate.kernel.clickhouse;

/// Turns one row of an answer into a value.
@FunctionalInterface
public interface RowReader<T> {
  T read(Row row);
}
