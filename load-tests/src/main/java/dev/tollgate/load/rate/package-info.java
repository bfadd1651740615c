/// How fast calls are rated, and how much memory a charge takes.
@NullMarked
package dev.tollgate.load.rate;

import org.jspecify.annotations.NullMarked;
