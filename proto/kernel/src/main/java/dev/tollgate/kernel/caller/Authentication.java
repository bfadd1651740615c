package dev.tollgate.kernel.caller;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;

/// How a server tells who calls: every kind of credential that its settings allow.
public final class Authentication implements Authenticator, AutoCloseable {
  private final Authenticator any;

  private Authentication(Authenticator any) {
    this.any = any;
  }

  /// Starts to follow the keys in the store.
  public static Authentication start(
      AuthSettings settings, ClickHouse clickHouse, TimeSource time, MeterRegistry meters) {
    return new Authentication(Authenticator.anyOf(List.of(StaticKeys.of(settings.keys()))));
  }

  @Override
  public Optional<Caller> authenticate(Credential credential) {
    return any.authenticate(credential);
  }

  @Override
  public void close() {}
}
