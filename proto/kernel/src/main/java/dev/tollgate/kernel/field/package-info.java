/// What a request must look like, and what to say where it doesn't.
@NullMarked
package dev.tollgate.kernel.field;

import org.jspecify.annotations.NullMarked;
