package dev.tollgate.kernel.caller;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// The names in the certificate that a client proved to own: its common name, DNS names and URIs.
public final class CertificateNames {
  private static final int DNS = 2;
  private static final int URI = 6;

  private CertificateNames() {}

  /// Empty where the connection is in the clear, or its client showed no certificate.
  public static Set<String> of(@Nullable SSLSession session) {
    if (session == null) {
      return Set.of();
    }
    try {
      var names = new HashSet<String>();
      if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        addCommonName(certificate, names);
        addAlternatives(certificate, names);
      }
      return names;
    } catch (SSLPeerUnverifiedException none) {
      return Set.of();
    } catch (InvalidNameException | CertificateParsingException odd) {
      throw new IllegalStateException("A verified certificate can't be read", odd);
    }
  }

  private static void addCommonName(X509Certificate certificate, Set<String> names)
      throws InvalidNameException {
    for (var part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
      if (part.getType().equalsIgnoreCase("CN")) {
        names.add(part.getValue().toString());
      }
    }
  }

  private static void addAlternatives(X509Certificate certificate, Set<String> names)
      throws CertificateParsingException {
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives == null) {
      return;
    }
    for (var alternative : alternatives) {
      if (alternative.get(0).equals(DNS) || alternative.get(0).equals(URI)) {
        names.add(alternative.get(1).toString());
      }
    }
  }
}
