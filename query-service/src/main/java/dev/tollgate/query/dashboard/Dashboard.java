package dev.tollgate.query.dashboard;

import dev.tollgate.kernel.http.PublicFile;
import java.util.List;

/// The page on which people see where the money went: it asks the JSON routes of this server.
public final class Dashboard {
  /// Where the page is.
  public static final String PATH = "/dashboard";

  private static final String PAGE = "text/html; charset=utf-8";

  private Dashboard() {}

  /// The page, where the server begins and under its own name, and what it needs.
  public static List<PublicFile> files() {
    return List.of(
        file("/", PAGE, "dashboard.html"),
        file(PATH, PAGE, "dashboard.html"),
        file(PATH + "/dashboard.js", "text/javascript; charset=utf-8", "dashboard.js"),
        file(PATH + "/dashboard.css", "text/css; charset=utf-8", "dashboard.css"),
        file(PATH + "/icon.svg", "image/svg+xml", "icon.svg"));
  }

  private static PublicFile file(String path, String contentType, String resource) {
    return PublicFile.of(path, contentType, Dashboard.class, "/dashboard/" + resource);
  }
}
