package dev.tollgate.quota.redis;

import java.util.List;

/// A script with what it is called with.
///
/// @param writes whether its effects have to be as durable as the settings say
record Invocation(Script script, List<byte[]> keys, List<byte[]> arguments, boolean writes) {}
