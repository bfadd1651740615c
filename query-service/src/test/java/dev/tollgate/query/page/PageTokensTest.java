package dev.tollgate.query.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PageTokensTest {
  private final PageTokens tokens = new PageTokens(new Secret("a key"));
  private final byte[] question = "question".getBytes(UTF_8);
  private final byte[] position = "position".getBytes(UTF_8);

  @Test
  void open_ownToken_givesThePosition() {
    assertThat(tokens.open(question, tokens.seal(question, position)).orElseThrow())
        .isEqualTo(position);
  }

  @Test
  void open_otherQuestionOrKey_isRefused() {
    var token = tokens.seal(question, position);

    assertThat(tokens.open("questions".getBytes(UTF_8), token)).isEmpty();
    assertThat(new PageTokens(new Secret("b key")).open(question, token)).isEmpty();
  }

  @Test
  void open_bytesMovedFromPositionToQuestion_isRefused() {
    var bytes =
        Base64.getUrlDecoder().decode(tokens.seal("ab".getBytes(UTF_8), "cd".getBytes(UTF_8)));
    var moved = new byte[bytes.length - 1];
    System.arraycopy(bytes, 0, moved, 0, 16);
    moved[16] = 'd';
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(moved);

    assertThat(tokens.open("abc".getBytes(UTF_8), token)).isEmpty();
  }

  @Test
  void open_anyBitChanged_isRefused() {
    Seeds.check(
        "forged page tokens",
        500,
        20_000,
        (seed, random) -> {
          var bytes = Base64.getUrlDecoder().decode(tokens.seal(question, position));
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));

          assertThat(tokens.open(question, Base64.getUrlEncoder().encodeToString(bytes))).isEmpty();
        });
  }

  @Test
  void open_garbage_isRefused() {
    for (var token : new String[] {"x", "ab", "'; DROP TABLE", "\0", "x".repeat(20_000), "äöü"}) {
      assertThat(tokens.open(question, token)).as(token).isEmpty();
    }
  }
}
