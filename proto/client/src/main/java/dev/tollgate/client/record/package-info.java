/// Keeps usage until the ledger has it: in bounded memory, and on disk where a spool is set.
@NullMarked
package dev.tollgate.client.record;

import org.jspecify.annotations.NullMarked;
