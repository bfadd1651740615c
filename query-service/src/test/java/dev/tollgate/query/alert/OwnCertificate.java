package dev.tollgate.query.alert;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullMarked;

/// A certificate of a name that vouches for itself, made by the JDK's keytool.
///
/// @param certificate PEM
/// @param context of a server that has it
@NullMarked
record OwnCertificate(Path certificate, SSLContext context) {
  private static final String PASSWORD = "changeit";

  static OwnCertificate make(Path directory, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    var store = directory.resolve(name + ".p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var options =
        ("-genkeypair -alias own -keyalg EC -groupname secp256r1 -validity 2 -storetype PKCS12"
                + " -dname CN=%s -ext san=dns:%s -storepass %s -keystore")
            .formatted(name, name, PASSWORD);
    var command = new ArrayList<>(List.of(keytool));
    command.addAll(List.of(options.split(" ", -1)));
    command.add(store.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(said);
    }
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD.toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    var text = Base64.getMimeEncoder().encodeToString(keys.getCertificate("own").getEncoded());
    var pem = "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
    return new OwnCertificate(Files.writeString(directory.resolve(name + ".pem"), pem), context);
  }
}
