package dev.tollgate.query.alert;

import dev.tollgate.kernel.field.Fields;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Keeps tenants' targets out of networks that are ours and not theirs.
///
/// @param allowsPrivate whether any address may be asked, and over plain http
record Guard(boolean allowsPrivate) {
  private static final int URL_MAX = 2_048;
  private static final int V4_BYTES = 4;

  /// Checks how an address is written; where it leads is checked when it is asked. It may be a
  /// secret: its text is in no message.
  void url(Fields fields, String field, String text) {
    if (text.length() > URL_MAX || !isGood(text)) {
      fields.reject(
          field,
          text.isEmpty() ? "missing" : text.length() + " characters",
          "an https address of at most " + URL_MAX + " characters, without user and fragment");
    }
  }

  private boolean isGood(String text) {
    try {
      var uri = new URI(text);
      var scheme = uri.getScheme();
      return ("https".equals(scheme) || (allowsPrivate && "http".equals(scheme)))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  /// The address to ask for a host: that is checked, so that is the one to connect to. Blocks.
  ///
  /// @throws UnknownHostException where it has none, or one that must not be asked
  InetAddress resolve(String host) throws UnknownHostException {
    var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    var all = InetAddress.getAllByName(bare);
    if (!allowsPrivate && !Arrays.stream(all).allMatch(Guard::isPublic)) {
      throw new UnknownHostException("the name leads to an address of no public network");
    }
    return all[0];
  }

  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    var bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublicV4(bytes) : isPublicV6(bytes);
  }

  /* Beyond what Java has names for: this network, carriers' networks, protocol assignments,
  benchmarks, documentation, and what is reserved. */
  private static boolean isPublicV4(byte[] bytes) {
    var first = bytes[0] & 0xff;
    var second = bytes[1] & 0xff;
    var third = bytes[2] & 0xff;
    return first != 0
        && !(first == 100 && (second & 0xc0) == 64)
        && !(first == 192 && second == 0 && (third == 0 || third == 2))
        && !(first == 198 && (second & 0xfe) == 18)
        && !(first == 198 && second == 51 && third == 100)
        && !(first == 203 && second == 0 && third == 113)
        && first < 240;
  }

  /* Global unicast only, and none of it that carries an IPv4 address inside. */
  private static boolean isPublicV6(byte[] bytes) {
    var isGlobal = (bytes[0] & 0xe0) == 0x20;
    var is6to4 = bytes[0] == 0x20 && bytes[1] == 0x02;
    var isTeredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    return bytes.length > V4_BYTES && isGlobal && !is6to4 && !isTeredo;
  }
}
