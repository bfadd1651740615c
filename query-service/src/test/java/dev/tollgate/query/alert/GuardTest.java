package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.field.Fields;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  private final Guard guard = new Guard(false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fdab::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "::7f00:1"
      })
  void isPublic_whatIsOfNoPublicNetwork_isNot(String address) throws Exception {
    assertThat(Guard.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "100.63.0.1",
        "100.128.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "2606:4700::1"
      })
  void isPublic_whatIsPublic_is(String address) throws Exception {
    assertThat(Guard.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void resolve_aPrivateAddressHoweverWritten_isRefused() {
    for (var host : new String[] {"127.0.0.1", "localhost", "[::1]", "2130706433"}) {
      assertThatThrownBy(() -> guard.resolve(host))
          .as(host)
          .isInstanceOf(UnknownHostException.class);
    }
  }

  @Test
  void resolve_whereThatIsAllowed_isAsked() throws Exception {
    assertThat(new Guard(true).resolve("127.0.0.1")).isEqualTo(InetAddress.getLoopbackAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "http://example.com/", "https://u:p@example.com/", "https://example.com/#x",
        "https:///x", "ftp://example.com/", "https://exa mple.com/", "file:///etc/passwd"
      })
  void url_badlyWritten_isRejectedWithoutItsText(String url) {
    var fields = new Fields();
    guard.url(fields, "route.webhook.url", url);

    assertThat(fields.violations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.field()).isEqualTo("route.webhook.url");
          if (!url.isEmpty()) {
            assertThat(violation.description()).doesNotContain(url);
          }
        });
  }

  @Test
  void url_wellWritten_isTaken() {
    var fields = new Fields();
    guard.url(fields, "url", "https://example.com:8443/hook?x=1");
    new Guard(true).url(fields, "url", "http://127.0.0.1:8080/");
    guard.url(fields, "long", "https://example.com/" + "x".repeat(2_048));

    assertThat(fields.violations()).extracting("field").containsExactly("long");
  }
}
