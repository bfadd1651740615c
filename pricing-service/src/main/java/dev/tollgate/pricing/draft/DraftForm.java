package dev.tollgate.pricing.draft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.pricing.draft.Draft.Release;
import dev.tollgate.pricing.draft.Draft.State;
import java.time.Instant;
import java.util.ArrayList;

/// Drafts as they are stored: JSON, in which the book is a text.
final class DraftForm {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DraftForm() {}

  static String print(Draft draft) {
    var node = JSON.createObjectNode();
    node.put("state", draft.state().name());
    node.put("book", draft.bookId());
    node.put("content", draft.content());
    node.put("published_etag", draft.publishedEtag());
    node.put("published_version", draft.publishedVersion());
    var releases = node.putArray("releases");
    for (var release : draft.releases()) {
      releases
          .addObject()
          .put("item", release.itemId())
          .put("releaser", release.releaser())
          .put("time", release.time().toString())
          .put("note", release.note());
    }
    return node.toString();
  }

  static Draft parse(Entry entry) {
    var node = tree(entry);
    var releases = new ArrayList<Release>();
    for (var release : node.required("releases")) {
      releases.add(
          new Release(
              release.required("item").asText(),
              release.required("releaser").asText(),
              Instant.parse(release.required("time").asText()),
              release.required("note").asText()));
    }
    return new Draft(
        entry.tenant(),
        entry.id(),
        entry.version(),
        State.valueOf(node.required("state").asText()),
        node.required("book").asText(),
        node.required("content").asText(),
        releases,
        node.required("published_etag").asText(),
        node.required("published_version").asLong(),
        entry.writeTime(),
        entry.actor());
  }

  private static JsonNode tree(Entry entry) {
    try {
      return JSON.readTree(entry.content());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "draft " + entry.tenant() + "/" + entry.id() + " can't be read", e);
    }
  }
}
