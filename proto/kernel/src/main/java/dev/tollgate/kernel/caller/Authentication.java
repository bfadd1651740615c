package dev.tollgate.kernel.caller;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// How a server tells who calls: every kind of credential that its settings allow, and the keys in
/// the store, which it looks at every 2 s.
public final class Authentication implements Authenticator, AutoCloseable {
  private static final long POLL_MILLIS = 2_000;

  private final Authenticator any;
  private final List<IssuerKeys> issuers;
  private final ScheduledExecutorService scheduler;

  private Authentication(
      Authenticator any, List<IssuerKeys> issuers, ScheduledExecutorService scheduler) {
    this.any = any;
    this.issuers = issuers;
    this.scheduler = scheduler;
  }

  /// Knows the store's keys when it returns, where the store answers.
  public static Authentication start(
      AuthSettings settings, ClickHouse clickHouse, TimeSource time, MeterRegistry meters) {
    var scheduler =
        Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("credentials-", 0).factory());
    var stored = new StoredKeys(() -> ControlTable.open(clickHouse, StoredKey.TABLE), time);
    stored.poll();
    var all =
        new ArrayList<Authenticator>(
            List.of(
                StaticKeys.of(settings.keys()),
                stored,
                new CertificateRoles(settings.certificates())));
    age(meters, "access.keys.age", stored::age);
    follow(scheduler, POLL_MILLIS, stored::poll);
    var issuers = new ArrayList<IssuerKeys>();
    for (var token : settings.tokens()) {
      var issuer = new IssuerKeys(token.keys(), time);
      issuers.add(issuer);
      all.add(new Tokens(token, issuer, time));
      age(meters, "access.issuer.keys.age", issuer::age);
      follow(scheduler, 0, issuer::poll);
    }
    return new Authentication(Authenticator.anyOf(all), issuers, scheduler);
  }

  @Override
  public Optional<Caller> authenticate(Credential credential) {
    return any.authenticate(credential);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    issuers.forEach(IssuerKeys::close);
  }

  private static void follow(ScheduledExecutorService scheduler, long delayMillis, Runnable poll) {
    var _ = scheduler.scheduleWithFixedDelay(poll, delayMillis, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void age(MeterRegistry meters, String name, Supplier<Duration> age) {
    TimeGauge.builder(name, () -> age.get().toMillis(), TimeUnit.MILLISECONDS).register(meters);
  }
}
