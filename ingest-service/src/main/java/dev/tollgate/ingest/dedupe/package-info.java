/// Which events came before: each counts once, however often it is sent.
@NullMarked
package dev.tollgate.ingest.dedupe;

import org.jspecify.annotations.NullMarked;
