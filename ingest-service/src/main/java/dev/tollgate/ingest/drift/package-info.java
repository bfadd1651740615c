/// Whether the rollups say what the ledger says, and repairing them.
@NullMarked
package dev.tollgate.ingest.drift;

import org.jspecify.annotations.NullMarked;
