/// How what a file says becomes what an installation has: read, compared, planned.
@NullMarked
package dev.tollgate.cli.apply;

import org.jspecify.annotations.NullMarked;
