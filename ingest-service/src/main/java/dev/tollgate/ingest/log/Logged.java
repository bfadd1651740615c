package dev.tollgate.ingest.log;

/// An entry at its place in the log. Positions ascend by one, over restarts too.
public record Logged(long position, Entry entry) {}
