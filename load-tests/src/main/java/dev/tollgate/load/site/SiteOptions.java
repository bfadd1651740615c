package dev.tollgate.load.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.load.drive.Report;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// What every measurement may be told of where it runs, and how it prints.
public final class SiteOptions {
  public static final int FAILED = 1;

  @SuppressWarnings("NullAway.Init")
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--connections",
      defaultValue = "2",
      description = "Of the clients (default: ${DEFAULT-VALUE}).")
  private int connections = 2;

  @Option(
      names = "--append-only",
      description = "Have Redis append every write to a file, synchronized once a second.")
  private boolean appendOnly;

  @Option(
      names = "--service-jvm",
      paramLabel = "FLAG",
      description = "A flag for the measured service's JVM: to profile it, for example.")
  private List<String> serviceJvm = new ArrayList<>();

  @Option(names = "--json", description = "Print the last line only.")
  private boolean json;

  public Site.Options site() {
    expect(connections > 0, "every number above 0");
    return new Site.Options(connections, appendOnly, serviceJvm);
  }

  /// Refuses what was asked for where it is not right.
  public void expect(boolean right, String expected) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), "Expected: " + expected);
    }
  }

  public void say(String line) {
    if (!json) {
      spec.commandLine().getOut().println(line);
      spec.commandLine().getOut().flush();
    }
  }

  /// Prints what was measured; answers the exit code.
  public int print(Report report) throws JsonProcessingException {
    var out = spec.commandLine().getOut();
    if (!json) {
      report.print(out);
    }
    report.problems().forEach(problem -> spec.commandLine().getErr().println(problem));
    out.println(new ObjectMapper().writeValueAsString(report.figures()));
    out.flush();
    return report.problems().isEmpty() ? 0 : FAILED;
  }

  public int print(MeasurementFailed failed) {
    spec.commandLine().getErr().println("bench: " + failed.getMessage());
    return FAILED;
  }
}
