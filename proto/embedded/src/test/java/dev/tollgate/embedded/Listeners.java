package dev.tollgate.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the kernel says about a process.
final class Listeners {
  private static final String LISTENING = "0A";

  private Listeners() {}

  /// The addresses on which the process listens for TCP.
  static Set<String> of(long pid) throws IOException {
    var sockets = sockets(pid);
    var addresses = new TreeSet<String>();
    for (var table : new String[] {"tcp", "tcp6"}) {
      for (var line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table))) {
        var columns = line.strip().split("\\s+", -1);
        if (columns[3].equals(LISTENING) && sockets.contains("socket:[" + columns[9] + "]")) {
          addresses.add(address(columns[1].substring(0, columns[1].indexOf(':'))));
        }
      }
    }
    return addresses;
  }

  static String commandLine(long pid) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
  }

  private static Set<String> sockets(long pid) throws IOException {
    try (var descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return descriptors
          .filter(Files::isSymbolicLink)
          .map(Listeners::target)
          .collect(Collectors.toSet());
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "closed meanwhile";
    }
  }

  /// The kernel prints each word of an address in the order of the machine's bytes.
  private static String address(String hex) throws IOException {
    var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.nativeOrder());
    var address = ByteBuffer.allocate(bytes.capacity());
    while (bytes.hasRemaining()) {
      address.putInt(bytes.getInt());
    }
    return InetAddress.getByAddress(address.array()).getHostAddress();
  }
}
