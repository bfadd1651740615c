package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.EmailChannel;
import dev.tollgate.query.alert.MailSettings.Security;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/// Mail to a server over real sockets.
@NullMarked
@ExtendWith(StoresExtension.class)
class MailIT {
  private static final Instant NOW = Instant.parse("2026-08-01T10:05:00Z");
  private static final String FROM = "tollgate@example.com";
  private static final String ANN = "ann@example.com";

  @TempDir static Path directory;
  private static OwnCertificate ours;
  private static OwnCertificate others;

  @BeforeAll
  static void make() throws Exception {
    ours = OwnCertificate.make(directory, "localhost");
    others = OwnCertificate.make(directory, "elsewhere.example");
  }

  private static SMTPServer.Builder tls(SMTPServer.Builder server, OwnCertificate certificate) {
    return server.enableTLS().requireTLS().startTlsSocketFactory(certificate.context(), false);
  }

  private static SMTPServer.Builder login(SMTPServer.Builder server) {
    return server
        .requireAuth()
        .authenticationHandlerFactory(
            new EasyAuthenticationHandlerFactory((user, password, _) -> {
              if (!user.equals("tollgate") || !password.equals("right")) {
                throw new LoginFailedException();
              }
            }));
  }

  private static Reach reach(
      MailboxServer server, Security security, String password, Path authority) {
    return new Reach(
        false,
        new MailSettings.Server(
            "localhost",
            server.port(),
            security,
            password.isEmpty() ? "" : "tollgate",
            new Secret(password),
            FROM,
            List.of(authority)));
  }

  private static AlertRoute route(String... recipients) {
    return AlertRoute.newBuilder()
        .setRouteId("mail")
        .setEmail(EmailChannel.newBuilder().addAllRecipients(List.of(recipients)))
        .build();
  }

  private static Alert alert(String title) {
    return Alert.newBuilder()
        .setAlertId("a")
        .setSeverity(AlertSeverity.ALERT_SEVERITY_WARNING)
        .setStatus(AlertStatus.ALERT_STATUS_FIRING)
        .setTitle(title)
        .setText("First.\n.\n.hidden point")
        .setStartTime(Times.timestamp(NOW))
        .build();
  }

  private static Outcome send(Reach reach, AlertRoute route, String title) {
    try (var targets = new Targets(reach, ActionsTest.NO_QUOTA)) {
      var delivery = AlertDelivery.newBuilder().setDeliveryId("d").setAlert(alert(title)).build();
      return targets.send(route, "acme", delivery, NOW);
    }
  }

  private static Outcome send(
      UnaryOperator<SMTPServer.Builder> with, Security security, String password, Path authority) {
    try (var server = new MailboxServer(with)) {
      var outcome = send(reach(server, security, password, authority), route(ANN), "a");
      assertThat(server.got()).hasSize(outcome instanceof Outcome.Taken ? 1 : 0);
      return outcome;
    }
  }

  @Test
  void mail_overStarttlsWithLogin_isWholeAndHasNoHeaderOfATenant() {
    try (var server = new MailboxServer(each -> login(tls(each, ours)))) {
      var reach = reach(server, Security.STARTTLS, "right", ours.certificate());
      var outcome = send(reach, route(ANN, "bob@b.example"), "gr\u00fc\u00df\r\nBcc: x@y.z");

      assertThat(outcome).isEqualTo(new Outcome.Taken());
      var got = server.got().getFirst();
      assertThat(server.got()).hasSize(1);
      assertThat(got.recipients()).containsExactly(ANN, "bob@b.example");
      assertThat(got.header("bcc")).isEmpty();
      assertThat(got.header("from")).containsExactly(FROM);
      assertThat(got.header("auto-submitted")).containsExactly("auto-generated");
      assertThat(got.header("message-id"))
          .containsExactly("<tollgate." + Alerts.hash("acme", "d") + "@example.com>");
      assertThat(got.header("content-type").getFirst()).startsWith("text/plain");
      assertThat(got.mail()).contains("\r\n.\r\n.hidden point\r\n");
    }
  }

  @Test
  void mail_insecureServer_getsNothing() {
    UnaryOperator<SMTPServer.Builder> plain = each -> each;

    assertThat(send(plain, Security.STARTTLS, "", ours.certificate()))
        .isInstanceOf(Outcome.Failed.class);
    assertThat(send(each -> tls(each, others), Security.STARTTLS, "", others.certificate()))
        .as("the name of another")
        .isInstanceOf(Outcome.Failed.class);
    assertThat(send(each -> tls(each, ours), Security.STARTTLS, "", others.certificate()))
        .as("an authority that is not believed")
        .isInstanceOf(Outcome.Failed.class);
    assertThat(send(plain, Security.NONE, "", ours.certificate())).isEqualTo(new Outcome.Taken());
    assertThat(
            send(
                each -> each.serverSocketFactory(ours.context()),
                Security.TLS,
                "",
                ours.certificate()))
        .isEqualTo(new Outcome.Taken());
  }

  @Test
  void mail_wrongPassword_isNotTaken() {
    var outcome =
        send(each -> login(tls(each, ours)), Security.STARTTLS, "wrong", ours.certificate());

    assertThat(outcome).isNotInstanceOf(Outcome.Taken.class);
    assertThat(outcome.toString()).doesNotContain("wrong");
  }

  @Test
  void mail_recipientRefused_goesToNobodyAndIsSaidWithoutTheServersWords() {
    try (var server = new MailboxServer(each -> each)) {
      var reach = reach(server, Security.NONE, "", ours.certificate());
      server.answer(recipient -> recipient.equals(ANN) ? 250 : 550);
      assertThat(send(reach, route(ANN, "gone@b.example"), "a"))
          .isEqualTo(new Outcome.Refused("the mail server refused it with reply 550"));
      server.answer(_ -> 451);
      assertThat(send(reach, route(ANN), "a"))
          .isEqualTo(new Outcome.Failed("the mail server answered with reply 451"));
      assertThat(server.got()).isEmpty();
    }
  }

  /// The way of all deliveries: tried again later, under the same id.
  @Test
  void send_serverThatIsBusy_isTriedAgain(Stores stores) throws Exception {
    var time = new FakeTime(NOW);
    try (var clickHouse = ClickHouse.connect(TestLedger.settings(stores));
        var server = new MailboxServer(each -> each)) {
      var alerts = Alerts.open(clickHouse, time);
      alerts.routes().put(stores.tenant(), route(ANN), "test");
      server.answer(_ -> 451);
      alerts.say(stores.tenant(), alert("a"));
      try (var sender =
          new Sender(
              alerts,
              reach(server, Security.NONE, "", ours.certificate()),
              ActionsTest.NO_QUOTA,
              time)) {
        var waiting = until(alerts, sender, stores, DeliveryState.DELIVERY_STATE_PENDING, 1);
        assertThat(waiting.getError()).contains("451");
        server.answer(_ -> 250);
        time.advance(Duration.ofSeconds(10));
        var sent = until(alerts, sender, stores, DeliveryState.DELIVERY_STATE_DELIVERED, 2);
        assertThat(server.got()).hasSize(1);
        assertThat(server.got().getFirst().header("message-id"))
            .containsExactly(
                "<tollgate."
                    + Alerts.hash(stores.tenant(), sent.getDeliveryId())
                    + "@example.com>");
      }
    }
  }

  private static AlertDelivery until(
      Alerts alerts, Sender sender, Stores stores, DeliveryState state, int attempts)
      throws InterruptedException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    AlertDelivery delivery;
    do {
      assertThat(System.nanoTime()).isLessThan(end);
      sender.run();
      TimeUnit.MILLISECONDS.sleep(20);
      delivery = alerts.deliveries().list(stores.tenant(), "", 10).getFirst();
    } while (delivery.getState() != state || delivery.getAttempts() != attempts);
    return delivery;
  }
}
