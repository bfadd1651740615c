package dev.tollgate.query.alert;

import dev.tollgate.kernel.env.Env;
import dev.tollgate.secret.Secret;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// How mail is sent: by the installation's server, never by one that a tenant names.
public sealed interface MailSettings {
  /* What needs neither quotes nor encoding: nothing of it can end a line or begin another address. */
  Pattern ADDRESS =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");
  int ADDRESS_MAX = 254;
  int SUBMISSION_PORT = 587;

  /// How the connection is protected.
  enum Security {
    /// By the command of that name; a server that does not offer it gets nothing.
    STARTTLS,
    /// From its first byte.
    TLS,
    /// Not at all.
    NONE
  }

  /// There is none: nobody gets mail.
  record None() implements MailSettings {}

  /// Whom to hand mail to.
  ///
  /// @param user empty where the server wants no login
  /// @param from whom mail is from
  /// @param authorities PEM files with the certificate authorities that are believed; empty means
  ///   Java's
  record Server(
      String host,
      int port,
      Security security,
      String user,
      Secret password,
      String from,
      List<Path> authorities)
      implements MailSettings {
    public Server {
      authorities = List.copyOf(authorities);
    }
  }

  /// Reads SMTP_HOST, and where it is set SMTP_PORT, SMTP_SECURITY, SMTP_USER, SMTP_PASSWORD,
  /// SMTP_FROM and SMTP_TLS_CA.
  static MailSettings from(Env env) {
    var host = env.text("SMTP_HOST");
    var port = env.port("SMTP_PORT", SUBMISSION_PORT);
    var security = security(env, env.text("SMTP_SECURITY", Security.STARTTLS.name()));
    var user = env.text("SMTP_USER").orElse("");
    var password = env.secret("SMTP_PASSWORD").orElseGet(() -> new Secret(""));
    var from = env.text("SMTP_FROM").orElse("");
    var authorities = env.path("SMTP_TLS_CA").stream().toList();
    if (host.isEmpty()) {
      return new None();
    }
    if (!isAddress(from)) {
      env.reject("SMTP_FROM", from, "an address like tollgate@example.com, with SMTP_HOST");
    }
    if (user.isEmpty() != password.reveal().isEmpty()) {
      env.reject("SMTP_USER", user, "together with SMTP_PASSWORD");
    }
    return new Server(host.get(), port, security, user, password, from, authorities);
  }

  private static Security security(Env env, String name) {
    return Arrays.stream(Security.values())
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseGet(() -> {
          env.reject("SMTP_SECURITY", name, "STARTTLS, TLS or NONE");
          return Security.STARTTLS;
        });
  }

  /// Whether mail can be sent to it, or from it.
  static boolean isAddress(String text) {
    return text.length() <= ADDRESS_MAX && ADDRESS.matcher(text).matches();
  }
}
