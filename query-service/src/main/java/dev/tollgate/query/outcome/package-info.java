/// What came of calls, and what it cost.
@NullMarked
package dev.tollgate.query.outcome;

import org.jspecify.annotations.NullMarked;
