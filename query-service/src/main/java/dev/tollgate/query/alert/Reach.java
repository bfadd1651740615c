package dev.tollgate.query.alert;

/// What alerts can reach: as the installation has it, whatever a route says.
///
/// @param allowsPrivate whether any address may be asked, and over plain http
public record Reach(boolean allowsPrivate, MailSettings mail) {
  Guard guard() {
    return new Guard(allowsPrivate);
  }

  boolean mails() {
    return mail instanceof MailSettings.Server;
  }
}
