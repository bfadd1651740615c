/// To whom teams belong, and when they did.
@NullMarked
package dev.tollgate.query.org;

import org.jspecify.annotations.NullMarked;
