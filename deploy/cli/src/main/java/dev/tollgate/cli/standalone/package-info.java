/// All four services and both stores in one process, over one data directory.
@NullMarked
package dev.tollgate.cli.standalone;

import org.jspecify.annotations.NullMarked;
