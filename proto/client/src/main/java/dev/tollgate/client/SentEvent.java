package dev.tollgate.client;

import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.util.concurrent.CompletableFuture;

/// An event that was taken from the caller and has no answer yet.
record SentEvent(UsageEvent event, int bytes, CompletableFuture<EventResult> answer) {}
