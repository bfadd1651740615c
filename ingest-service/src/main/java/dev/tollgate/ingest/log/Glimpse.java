package dev.tollgate.ingest.log;

/// What there is to know of a record before its rows are needed.
///
/// @param table where its rows go; empty where it has none
/// @param bytes that it takes in the log
/// @param isAccepted whether it is something that was accepted from a caller
/// @param receivedMillis when that came; 0 for what was not accepted
public record Glimpse(
    long position, String table, int rows, int bytes, boolean isAccepted, long receivedMillis) {}
