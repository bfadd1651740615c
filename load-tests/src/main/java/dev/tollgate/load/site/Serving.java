package dev.tollgate.load.site;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The part of a measured process that talks with the benchmark, over standard input and output.
final class Serving {
  static final String READY = "ready";

  private Serving() {}

  /// Says on which ports it serves; answers each line that comes with the bytes that are in use
  /// after a garbage collection; ends the process when no more can come.
  static void until(int... ports) throws IOException {
    System.out.println(
        Arrays.stream(ports)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(" ", READY + " ", "")));
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      var memory = ManagementFactory.getMemoryMXBean();
      memory.gc();
      System.out.println(memory.getHeapMemoryUsage().getUsed());
    }
    System.exit(0);
  }
}
