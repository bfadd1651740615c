/// From the log into the ledger: sealed batches, sent until they are there.
@NullMarked
package dev.tollgate.ingest.write;

import org.jspecify.annotations.NullMarked;
