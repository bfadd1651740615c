package dev.tollgate.ingest.write;

import java.time.Duration;

/// When a batch is sealed: at so many rows or bytes, or when its first row has waited so long.
public record BatchLimits(int rowsMax, long bytesMax, Duration linger) {}
