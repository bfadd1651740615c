/// Finds the rates that a question needs.
@NullMarked
package dev.tollgate.query.convert;

import org.jspecify.annotations.NullMarked;
