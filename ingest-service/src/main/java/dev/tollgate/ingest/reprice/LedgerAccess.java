package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.ledger.Entries;
import dev.tollgate.ingest.log.SegmentLog;
import java.util.function.LongSupplier;

/// How a repricing reads the ledger and writes it: through the same log as usage.
///
/// @param storedThrough the ledger has every row of the log up to this position
/// @param sliceEvents how many events are read and corrected at a time, about
public record LedgerAccess(
    Entries entries, SegmentLog log, LongSupplier storedThrough, int sliceEvents) {}
