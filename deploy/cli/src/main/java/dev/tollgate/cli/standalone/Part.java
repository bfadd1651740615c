package dev.tollgate.cli.standalone;

/// One of the four services, in the order in which a call meets them.
public enum Part {
  QUOTA("quota-service", 0),
  PRICING("pricing-service", 1),
  INGEST("ingest-service", 2),
  QUERY("query-service", 3);

  private static final int HTTP_OFFSET = 100;

  private final String title;
  private final int offset;

  Part(String title, int offset) {
    this.title = title;
    this.offset = offset;
  }

  public String title() {
    return title;
  }

  /// What its settings begin with.
  String prefix() {
    return "TOLLGATE_" + name() + "_";
  }

  /// Its gRPC port where the first service has this one; 0 is any free one.
  int grpcPort(int first) {
    return first == 0 ? 0 : first + offset;
  }

  /// Its HTTP port where the first service has this gRPC port; 0 is any free one.
  int httpPort(int first) {
    return first == 0 ? 0 : first + HTTP_OFFSET + offset;
  }
}
