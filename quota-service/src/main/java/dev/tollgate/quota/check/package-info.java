/// Whether a call may be made.
@NullMarked
package dev.tollgate.quota.check;

import org.jspecify.annotations.NullMarked;
