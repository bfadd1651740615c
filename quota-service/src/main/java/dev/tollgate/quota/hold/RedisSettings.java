package dev.tollgate.quota.hold;

import dev.tollgate.secret.Secret;
import java.net.URI;
import java.time.Duration;

/// How to reach Redis.
///
/// @param url `redis://host:port` or `rediss://host:port`
/// @param password empty where there is none, or it is in the URL
/// @param timeout of a command; after it the answer is STORE_UNAVAILABLE
/// @param queueMax commands that may wait for their answers; more are refused
public record RedisSettings(URI url, Secret password, Duration timeout, int queueMax) {}
