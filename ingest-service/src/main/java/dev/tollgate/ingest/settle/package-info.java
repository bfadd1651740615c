/// From the log to the quota: what calls really cost, in the order of the log.
@NullMarked
package dev.tollgate.ingest.settle;

import org.jspecify.annotations.NullMarked;
