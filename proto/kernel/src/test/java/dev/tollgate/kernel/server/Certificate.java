package dev.tollgate.kernel.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// A certificate that vouches for itself, with its key, made by the JDK's keytool; both PEM.
record Certificate(Path certificate, Path key) {
  static Certificate make(Path directory, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    var store = directory.resolve(name + ".p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(said);
    }
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), "changeit".toCharArray());
    return new Certificate(
        pem(directory, name, "CERTIFICATE", keys.getCertificate("own").getEncoded()),
        pem(
            directory,
            name,
            "PRIVATE KEY",
            keys.getKey("own", "changeit".toCharArray()).getEncoded()));
  }

  private static Path pem(Path directory, String name, String kind, byte[] content)
      throws IOException {
    var text = Base64.getMimeEncoder().encodeToString(content);
    return Files.writeString(
        directory.resolve(name + "." + kind.replace(' ', '-') + ".pem"),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
