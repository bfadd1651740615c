/// How the store is reached: batches, trouble, topologies.
@NullMarked
package dev.tollgate.quota.redis;

import org.jspecify.annotations.NullMarked;
