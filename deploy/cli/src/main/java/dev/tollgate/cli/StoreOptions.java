package dev.tollgate.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options of a command that starts the standalone.
final class StoreOptions {
  @Option(
      names = "--redis",
      paramLabel = "URL",
      description = "A Redis that exists: redis://[:password@]host:port. Default: start one.")
  Optional<URI> redis = Optional.empty();

  @Option(
      names = "--clickhouse",
      paramLabel = "URL",
      description =
          "A ClickHouse that exists: http://[user:password@]host:port, in which the database"
              + " tollgate is created. Default: start one.")
  Optional<URI> clickHouse = Optional.empty();
}
