/// Prices calls that stand in a file, a line each, with no service running.
@NullMarked
package dev.tollgate.cli.price;

import org.jspecify.annotations.NullMarked;
