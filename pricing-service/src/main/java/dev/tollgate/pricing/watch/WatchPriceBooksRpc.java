package dev.tollgate.pricing.watch;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.ServerCallStreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Sends every watcher the versions in use, oldest first, and each later one as it is published.
public final class WatchPriceBooksRpc {
  /// How long a version stays in use after its successor was published: holds that were priced with
  /// it last up to 24 hours and are settled with it, also after their end.
  static final Duration IN_USE_AFTER_SUCCESSOR = Duration.ofDays(2);

  private final PublishedBooks books;
  private final TimeSource time;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  public WatchPriceBooksRpc(PublishedBooks books, TimeSource time) {
    this.books = books;
    this.time = time;
  }

  /// Begins to send; returns at once.
  public void open(ServerCallStreamObserver<WatchPriceBooksResponse> observer) {
    var watcher = new Watcher(observer, firstInUse(time.now()) - 1);
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

  long firstInUse(Instant now) {
    var versions = books.versions();
    for (int i = 0; i + 1 < versions.size(); i++) {
      if (versions.get(i + 1).publishTime().plus(IN_USE_AFTER_SUCCESSOR).isAfter(now)) {
        return versions.get(i).book().version();
      }
    }
    return books.newest().book().version();
  }

  private static WatchPriceBooksResponse message(PublishedBook published) {
    var content = ByteString.copyFromUtf8(published.content());
    var at = published.publishTime();
    return WatchPriceBooksResponse.newBuilder()
        .setPriceBookId(published.book().id())
        .setVersion(published.book().version())
        .setPublishTime(
            Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()))
        .setContent(content)
        .setContentSha256(HexFormat.of().formatHex(sha256(content)))
        .build();
  }

  private static byte[] sha256(ByteString content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content.toByteArray());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// One open stream, and the newest version that went into it.
  private final class Watcher {
    private final ServerCallStreamObserver<WatchPriceBooksResponse> observer;
    private long sentVersion;

    Watcher(ServerCallStreamObserver<WatchPriceBooksResponse> observer, long sentVersion) {
      this.observer = observer;
      this.sentVersion = sentVersion;
    }

    /* Only while the transport has room: a slow watcher keeps one message in memory, not all. */
    synchronized void send() {
      for (var published : books.versions()) {
        if (observer.isCancelled() || !observer.isReady()) {
          return;
        }
        if (published.book().version() > sentVersion) {
          observer.onNext(message(published));
          sentVersion = published.book().version();
        }
      }
    }
  }
}
