/// The segment log: what was accepted lies here, fsynced, until the ledger and the quota have it.
@NullMarked
package dev.tollgate.ingest.log;

import org.jspecify.annotations.NullMarked;
