/// Dividing what several share among them, exactly.
@NullMarked
package dev.tollgate.query.allocate;

import org.jspecify.annotations.NullMarked;
