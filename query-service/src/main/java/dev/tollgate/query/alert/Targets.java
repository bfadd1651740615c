package dev.tollgate.query.alert;

import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.query.quota.QuotaClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Instant;
import java.util.function.Function;

/// Everything that a delivery can be sent to. Blocks; safe for concurrent use.
final class Targets implements AutoCloseable {
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setWorkerPoolSize(1)
              .setInternalBlockingPoolSize(1)
              .setUseDaemonThread(true));
  private final Poster poster;
  private final Function<Letter, Outcome> mailer;
  private final Actions actions;

  Targets(Reach reach, QuotaClient quota) {
    this.actions = new Actions(quota);
    this.poster = new Poster(vertx, reach.guard());
    this.mailer =
        switch (reach.mail()) {
          case MailSettings.Server server -> new Mailer(vertx, server)::mail;
          case MailSettings.None() -> _ -> new Outcome.Refused("this installation sends no mail");
        };
  }

  Outcome send(AlertRoute route, String tenant, AlertDelivery delivery, Instant now) {
    return switch (route.getChannelCase()) {
      case WEBHOOK, SLACK, ALERTMANAGER, PAGER_DUTY ->
          poster.post(Post.of(route, tenant, delivery, now), delivery.getDeliveryId());
      case EMAIL -> mailer.apply(Letter.of(route.getEmail(), tenant, delivery));
      case FREEZE -> actions.freeze(route, tenant, delivery, now);
      case TIGHTEN -> actions.tighten(route, tenant, delivery, now);
      case CHANNEL_NOT_SET -> new Outcome.Refused("the route has no channel");
    };
  }

  /// Ends its clients, too.
  @Override
  public void close() {
    var _ = vertx.close();
  }
}
