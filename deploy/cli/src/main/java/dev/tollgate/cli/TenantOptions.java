package dev.tollgate.cli;

import dev.tollgate.cli.standalone.Running;
import dev.tollgate.client.TollgateClient;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Option;

/// Which tenant of which installation a command is about.
final class TenantOptions {
  @Option(names = "--tenant", required = true, paramLabel = "ID", description = "The tenant.")
  String tenant = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".tollgate",
      description = "The data directory of the installation (default: ${DEFAULT-VALUE}).")
  Path data = Path.of(".tollgate");

  /// Connects as the operator, who acts for the tenant.
  TollgateClient connect(RandomGenerator random) {
    return Running.operator(data, random).forTenant(tenant);
  }
}
