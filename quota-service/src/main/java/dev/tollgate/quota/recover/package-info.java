/// How counters come back: from the ledger, and whether they still agree with it.
@NullMarked
package dev.tollgate.quota.recover;

import org.jspecify.annotations.NullMarked;
