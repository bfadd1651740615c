/// Measures Tollgate: the command behind `deploy/tollgate bench`.
@NullMarked
package dev.tollgate.load;

import org.jspecify.annotations.NullMarked;
