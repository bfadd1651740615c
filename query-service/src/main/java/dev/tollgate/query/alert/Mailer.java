package dev.tollgate.query.alert;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.time.Duration;

/// Mails by one server. Blocks; safe for concurrent use.
final class Mailer {
  /* Servers may keep a client waiting for a while on purpose; less than a claim lasts. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int CONNECTIONS_MAX = 4;

  private final MailClient client;
  private final String from;

  Mailer(Vertx vertx, MailSettings.Server server) {
    this.client = MailClient.create(vertx, config(server));
    this.from = server.from();
  }

  /* The client checks the server's name by itself, as long as nothing is said of it here: release 5.0.7
  takes a stated algorithm for a wish to have none. */
  private static MailConfig config(MailSettings.Server server) {
    var config =
        new MailConfig(server.host(), server.port())
            .setStarttls(
                server.security() == MailSettings.Security.STARTTLS
                    ? StartTLSOptions.REQUIRED
                    : StartTLSOptions.DISABLED)
            .setSsl(server.security() == MailSettings.Security.TLS)
            .setLogin(server.user().isEmpty() ? LoginOption.DISABLED : LoginOption.REQUIRED)
            .setKeepAlive(false)
            .setMaxPoolSize(CONNECTIONS_MAX)
            .setConnectTimeout((int) TIMEOUT.toMillis())
            .setIdleTimeout((int) TIMEOUT.toSeconds());
    if (!server.user().isEmpty()) {
      config.setUsername(server.user()).setPassword(server.password().reveal());
    }
    if (!server.authorities().isEmpty()) {
      var trust = new PemTrustOptions();
      server.authorities().forEach(file -> trust.addCertPath(file.toString()));
      config.setTrustOptions(trust);
    }
    return config;
  }

  Outcome mail(Letter letter) {
    var message =
        new MailMessage()
            .setFrom(from)
            .setTo(letter.recipients())
            .setSubject(letter.subject())
            .setText(letter.text())
            .addHeader(
                "Message-ID", "<" + letter.idLeft() + from.substring(from.indexOf('@')) + ">")
            // Else out-of-office programs answer it.
            .addHeader("Auto-Submitted", "auto-generated");
    return Outcome.await(
        client.sendMail(message).toCompletionStage().toCompletableFuture(),
        TIMEOUT,
        _ -> new Outcome.Taken(),
        Mailer::failed);
  }

  /* The server's words are not shown: they may name its other users. */
  private static Outcome failed(Throwable why) {
    return switch (why) {
      case SMTPException said when said.isPermanent() ->
          new Outcome.Refused("the mail server refused it with reply " + said.getReplyCode());
      case SMTPException said ->
          new Outcome.Failed("the mail server answered with reply " + said.getReplyCode());
      default -> new Outcome.Failed("the mail server can't be used: " + why);
    };
  }
}
