package dev.tollgate.ingest.user;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.dimension.Surrogate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret by which an installation makes surrogates of names: the same on all its instances,
/// and drawn by the first.
public final class SurrogateKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final String ID = "key";
  private static final String ACTOR = "ingest-service";

  private final SecretKeySpec key;

  SurrogateKey(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /// Reads the key from the table, and draws it where there is none. Blocks.
  public static SurrogateKey open(ControlTable table, RandomGenerator random) {
    if (table.read("", ID).isEmpty()) {
      var drawn = new byte[KEY_BYTES];
      random.nextBytes(drawn);
      try {
        var _ = table.append("", ID, 0, HexFormat.of().formatHex(drawn), ACTOR);
      } catch (Failure failure) {
        if (failure.reason() != Reason.WRITE_CONFLICT) {
          throw failure;
        }
      }
    }
    return new SurrogateKey(HexFormat.of().parseHex(table.read("", ID).orElseThrow().content()));
  }

  /// What stands for the name within the tenant.
  ///
  /// @param erasures how often it was erased before
  String surrogate(String tenant, String name, int erasures) {
    var ofTenant = tenant.getBytes(StandardCharsets.UTF_8);
    var number = ByteBuffer.allocate(2 * Integer.BYTES).putInt(erasures).putInt(ofTenant.length);
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(number.array());
      mac.update(ofTenant);
      return Surrogate.of(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
