package dev.tollgate.cli.standalone;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// The keys of one data directory: made once, kept in a file that only its owner may read.
public final class Keys {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String TENANT = "tenant ";
  private static final int TOKEN_KEY_BYTES = 32;

  private final Path file;
  private final Map<String, String> texts;

  private Keys(Path file, Map<String, String> texts) {
    this.file = file;
    this.texts = texts;
  }

  /// Reads the file, or makes it with new keys.
  ///
  /// @param random must be a secure one
  static Keys open(Path file, RandomGenerator random) throws IOException {
    if (Files.exists(file)) {
      var texts = JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, String>>() {});
      return new Keys(file, texts);
    }
    var token = new byte[TOKEN_KEY_BYTES];
    random.nextBytes(token);
    var texts = new TreeMap<String, String>();
    texts.put("operator", KeyText.random(random).reveal());
    texts.put("service", KeyText.random(random).reveal());
    texts.put("token", Base64.getUrlEncoder().withoutPadding().encodeToString(token));
    var keys = new Keys(file, texts);
    keys.write();
    return keys;
  }

  /// May do everything for every tenant.
  public Secret operator() {
    return required("operator");
  }

  /// What the services show each other.
  Secret service() {
    return required("service");
  }

  /// What reservations are signed with.
  Secret token() {
    return required("token");
  }

  /// The tenant's key that was remembered last.
  public Optional<Secret> tenant(String tenantId) {
    return Optional.ofNullable(texts.get(TENANT + tenantId)).map(Secret::new);
  }

  /// Keeps a tenant's key for the next run.
  public void remember(String tenantId, Secret key) {
    texts.put(TENANT + tenantId, key.reveal());
    try {
      write();
    } catch (IOException unwritable) {
      throw Problems.of(unwritable, file);
    }
  }

  private Secret required(String name) {
    return new Secret(
        Objects.requireNonNull(texts.get(name), () -> file + ": no key named " + name));
  }

  /// All or nothing: a file half written would lose the keys of the installation.
  private void write() throws IOException {
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(draft, JSON.writeValueAsBytes(texts));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
