/// What was charged, in the columns that FOCUS prescribes.
@NullMarked
package dev.tollgate.query.focus;

import org.jspecify.annotations.NullMarked;
