/// ingest-service: every event of usage is counted exactly once.
@NullMarked
package dev.tollgate.ingest;

import org.jspecify.annotations.NullMarked;
