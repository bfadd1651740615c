/// What changed with a deployment.
@NullMarked
package dev.tollgate.query.impact;

import org.jspecify.annotations.NullMarked;
