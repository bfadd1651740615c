package dev.tollgate.load.drive;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// What a run found: figures by name, in the order in which they are shown, and what is wrong.
public record Report(Map<String, Object> figures, List<String> problems) {
  public void print(PrintWriter out) {
    out.println();
    figures.forEach((name, value) -> out.printf("%-34s %14s%n", name, value));
    out.flush();
  }
}
