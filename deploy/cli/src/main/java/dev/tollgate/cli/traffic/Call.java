package dev.tollgate.cli.traffic;

import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;

/// One call to a model, as a replay makes it.
///
/// @param id of the check and of the usage event alike; fixed by the seed
/// @param time when the call ended
/// @param outputTokens what the model would generate if it were let
/// @param maxOutputTokens the output limit to ask for
/// @param minOutputTokens the least limit that is of use; 0 takes all or nothing
public record Call(
    String id,
    String tenant,
    Dimensions dimensions,
    Instant time,
    long inputTokens,
    long outputTokens,
    long maxOutputTokens,
    long minOutputTokens) {}
