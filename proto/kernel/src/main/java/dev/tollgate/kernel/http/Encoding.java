package dev.tollgate.kernel.http;

import com.google.protobuf.ByteString;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.field.Shown;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// How a body is compressed: with gzip, or not at all.
final class Encoding {
  private static final int CHUNK = 16 * 1024;
  private static final String GZIP = "gzip";

  private Encoding() {}

  /// The answer to a body that can't be read; empty where it can.
  static Optional<Answer> refusal(Asked asked) {
    var encodings = encodings(asked);
    if (encodings.isEmpty() || isGzip(encodings)) {
      return Optional.empty();
    }
    return Optional.of(
        Errors.of(
            415,
            Failure.of(
                Reason.BODY_INVALID,
                "content-encoding: "
                    + Shown.text(String.join(", ", encodings))
                    + " (expected: gzip or none)"),
            Map.of("accept-encoding", GZIP)));
  }

  /// The request with its body as it was before it was compressed. Stops at the limit, whatever
  /// would follow.
  ///
  /// @throws Failure REQUEST_TOO_LARGE above the limit, BODY_INVALID where it is not gzip
  static Asked decoded(Asked asked, int bytesMax) {
    return isGzip(encodings(asked)) ? asked.withBody(inflated(asked.body(), bytesMax)) : asked;
  }

  private static List<String> encodings(Asked asked) {
    return asked.header("content-encoding").stream()
        .filter(encoding -> !encoding.equalsIgnoreCase("identity"))
        .toList();
  }

  private static boolean isGzip(List<String> encodings) {
    return encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase(GZIP);
  }

  private static ByteString inflated(ByteString compressed, int bytesMax) {
    var chunk = new byte[CHUNK];
    try (var inflated = ByteString.newOutput(CHUNK);
        var in = new GZIPInputStream(compressed.newInput(), CHUNK)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (inflated.size() + read > bytesMax) {
          throw Failure.of(
              Reason.REQUEST_TOO_LARGE,
              "The body is too large, uncompressed (expected: at most " + bytesMax + " bytes)");
        }
        inflated.write(chunk, 0, read);
      }
      return inflated.toByteString();
    } catch (IOException e) {
      throw Json.invalid("no gzip (expected: as its content-encoding says)");
    }
  }
}
