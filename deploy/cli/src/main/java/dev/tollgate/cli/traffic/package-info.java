/// The calls that a replay makes: read from a trace, or drawn for a day.
@NullMarked
package dev.tollgate.cli.traffic;

import org.jspecify.annotations.NullMarked;
