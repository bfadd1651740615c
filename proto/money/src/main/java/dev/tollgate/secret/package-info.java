/// What must not be shown.
@NullMarked
package dev.tollgate.secret;

import org.jspecify.annotations.NullMarked;
