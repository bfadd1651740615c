package dev.tollgate.kernel.clickhouse;

import com.clickhouse.client.api.data_formats.ClickHouseBinaryFormatReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The current row of an answer, read by column name. Valid only while its reader runs.
public final class Row {
  private final ClickHouseBinaryFormatReader reader;

  Row(ClickHouseBinaryFormatReader reader) {
    this.reader = reader;
  }

  public String text(String column) {
    return reader.getString(column);
  }

  /// Any integer type up to 64 bits, signed.
  public long integer(String column) {
    return reader.getLong(column);
  }

  /// Any integer type.
  public BigInteger bigInteger(String column) {
    return reader.getBigInteger(column);
  }

  public double number(String column) {
    return reader.getDouble(column);
  }

  public boolean flag(String column) {
    return reader.getLong(column) != 0;
  }

  /// A DateTime or DateTime64 in UTC.
  public Instant instant(String column) {
    return reader.getZonedDateTime(column).toInstant();
  }

  public <T> List<T> list(String column) {
    return reader.getList(column);
  }

  public <V> Map<String, V> map(String column) {
    return reader.readValue(column);
  }
}
