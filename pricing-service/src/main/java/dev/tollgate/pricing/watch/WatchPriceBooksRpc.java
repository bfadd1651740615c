package dev.tollgate.pricing.watch;

import com.google.protobuf.ByteString;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.pricing.answer.Shown;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Sends every watcher the versions in use that it does not have, and each later one as it is
/// published.
public final class WatchPriceBooksRpc {
  /// How long a version stays in use after its successor was published: holds that were priced with
  /// it last up to 24 hours and are settled with it, also after their end.
  static final Duration IN_USE_AFTER_SUCCESSOR = Duration.ofDays(2);

  private static final int KNOWN_MAX = 100_000;

  private final PublishedBooks books;
  private final TimeSource time;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  public WatchPriceBooksRpc(PublishedBooks books, TimeSource time) {
    this.books = books;
    this.time = time;
  }

  /// Begins to send; returns at once.
  public void open(
      WatchPriceBooksRequest request, ServerCallStreamObserver<WatchPriceBooksResponse> observer) {
    var fields = new Fields();
    fields.count("known_versions (size)", request.getKnownVersionsCount(), 0, KNOWN_MAX);
    fields.check();
    var watcher = new Watcher(observer, sent(request.getKnownVersionsMap(), time.now()));
    observer.setOnReadyHandler(watcher::send);
    observer.setOnCancelHandler(() -> watchers.remove(watcher));
    observer.setOnCloseHandler(() -> watchers.remove(watcher));
    watchers.add(watcher);
    watcher.send();
  }

  /// Sends what was published since to every watcher that takes it.
  public void send() {
    watchers.forEach(Watcher::send);
  }

  /// By book, the version up to which nothing is to be sent: it is no longer in use, or the watcher
  /// has it. A version that is not published here is from a store that is gone.
  private Map<String, Long> sent(Map<String, Long> known, Instant now) {
    var upTo = new HashMap<String, Long>();
    var before = new HashMap<String, PublishedBook>();
    for (var each : books.all()) {
      var replaced = before.put(each.id(), each);
      if (replaced != null && !each.publishTime().plus(IN_USE_AFTER_SUCCESSOR).isAfter(now)) {
        upTo.put(each.id(), replaced.version());
      }
    }
    before.forEach((id, newest) -> {
      long has = known.getOrDefault(id, 0L);
      if (has <= newest.version()) {
        upTo.merge(id, has, Math::max);
      }
    });
    return upTo;
  }

  private static WatchPriceBooksResponse message(PublishedBook published) {
    var content = ByteString.copyFromUtf8(published.content());
    return WatchPriceBooksResponse.newBuilder()
        .setPriceBookId(published.id())
        .setVersion(published.version())
        .setTenantId(published.tenant())
        .setPublishTime(Times.timestamp(published.publishTime()))
        .setContent(content)
        .setContentSha256(Shown.sha256(content))
        .build();
  }

  /// One open stream, and how far it has come in all that is published.
  private final class Watcher {
    private final ServerCallStreamObserver<WatchPriceBooksResponse> observer;
    private final Map<String, Long> upTo;
    private int position;

    Watcher(ServerCallStreamObserver<WatchPriceBooksResponse> observer, Map<String, Long> upTo) {
      this.observer = observer;
      this.upTo = upTo;
    }

    /* Only while the transport has room: a slow watcher keeps one message in memory, not all. */
    synchronized void send() {
      var all = books.all();
      while (position < all.size() && !observer.isCancelled() && observer.isReady()) {
        var next = all.get(position++);
        if (next.version() > upTo.getOrDefault(next.id(), 0L)) {
          observer.onNext(message(next));
        }
      }
    }
  }
}
