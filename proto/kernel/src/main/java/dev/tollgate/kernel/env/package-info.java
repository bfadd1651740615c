/// What a service is told by its environment.
@NullMarked
package dev.tollgate.kernel.env;

import org.jspecify.annotations.NullMarked;
