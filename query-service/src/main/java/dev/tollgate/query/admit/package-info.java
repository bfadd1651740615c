/// How much of the service one tenant may use at once.
@NullMarked
package dev.tollgate.query.admit;

import org.jspecify.annotations.NullMarked;
