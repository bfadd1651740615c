package dev.tollgate.kernel.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvTest {
  private static Env env(Map<String, String> variables) {
    return Env.of(variables, "TG_");
  }

  @Test
  void read_nothingSet_givesDefaults() {
    var env = env(Map.of("PATH", "/bin"));

    assertThat(env.port("PORT", 7401)).isEqualTo(7401);
    assertThat(env.uri("URL", URI.create("http://a:1"))).isEqualTo(URI.create("http://a:1"));
    assertThat(env.duration("WAIT", Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
    assertThat(env.flag("ON", true)).isTrue();
    assertThat(env.text("NAME")).isEmpty();
    assertThat(env.secret("KEY")).isEmpty();
    assertThat(env.path("FILE")).isEmpty();
    env.check();
  }

  @Test
  void read_everythingSet_givesValues() {
    var env =
        env(
            Map.of(
                "TG_PORT", "0",
                "TG_SIZE", "1048576",
                "TG_URL", "redis://h:6379/1",
                "TG_WAIT", "PT1.5S",
                "TG_ON", "false",
                "TG_DIR", "/tmp/x"));

    assertThat(env.port("PORT", 7401)).isZero();
    assertThat(env.bytes("SIZE", 1, 1, 1 << 30)).isEqualTo(1 << 20);
    assertThat(env.uri("URL", URI.create("http://a:1")).getPort()).isEqualTo(6379);
    assertThat(env.duration("WAIT", Duration.ofSeconds(2))).isEqualTo(Duration.ofMillis(1_500));
    assertThat(env.flag("ON", true)).isFalse();
    assertThat(env.path("DIR", Path.of("y"))).isEqualTo(Path.of("/tmp/x"));
    env.check();
  }

  @Test
  void check_severalMistakes_namesThemTogether() {
    var env =
        env(
            Map.of(
                "TG_PORT", "x",
                "TG_COUNT", "101",
                "TG_URL", "no scheme",
                "TG_WAIT", "5s",
                "TG_ON", "yes",
                "TG_NAME", " ",
                "TG_TYPO", "1"));
    env.port("PORT", 7401);
    env.number("COUNT", 1, 1, 100);
    env.uri("URL", URI.create("http://a:1"));
    env.duration("WAIT", Duration.ofSeconds(2));
    env.flag("ON", true);
    env.text("NAME", "n");
    env.requiredSecret("KEY");

    assertThatThrownBy(env::check)
        .isInstanceOfSatisfying(
            SettingsInvalid.class,
            invalid -> {
              assertThat(invalid.mistakes())
                  .hasSize(8)
                  .contains(
                      "TG_PORT: \"x\" (expected: a port from 0 to 65535)",
                      "TG_COUNT: \"101\" (expected: a whole number from 1 to 100)")
                  .anyMatch(mistake -> mistake.startsWith("TG_KEY: missing"))
                  .anyMatch(mistake -> mistake.startsWith("TG_TYPO: unknown"));
              assertThat(invalid).hasMessageContaining("TG_WAIT").hasMessageContaining("TG_ON");
            });
  }

  @Test
  void secret_inAFile_isRead(@TempDir Path directory) throws IOException {
    var file = Files.writeString(directory.resolve("key"), "hush\n");
    var env = env(Map.of("TG_KEY_FILE", file.toString(), "TG_OTHER", "hush"));

    assertThat(env.requiredSecret("KEY").reveal()).isEqualTo("hush");
    assertThat(env.requiredSecret("OTHER").reveal()).isEqualTo("hush");
    env.check();
    assertThat(env.effective())
        .containsEntry("TG_KEY", "***")
        .containsEntry("TG_KEY_FILE", file.toString());
    assertThat(env.effective().toString()).doesNotContain("hush");
  }

  @Test
  void secret_twiceOrUnreadable_isAMistakeThatDoesNotShowIt() {
    var env = env(Map.of("TG_A", "hush", "TG_A_FILE", "/none", "TG_B_FILE", "/none"));
    env.secret("A");
    env.requiredSecret("B");

    assertThatThrownBy(env::check)
        .hasMessageContaining("TG_A: ***")
        .hasMessageContaining("TG_B_FILE")
        .hasMessageNotContaining("hush");
  }
}
