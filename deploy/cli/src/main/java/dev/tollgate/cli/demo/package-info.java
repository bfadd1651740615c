/// Replays traffic through the public API of a running Tollgate and reports what it cost.
@NullMarked
package dev.tollgate.cli.demo;

import org.jspecify.annotations.NullMarked;
