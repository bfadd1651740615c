/// How sure figures are that were seen in a number of trials.
@NullMarked
package dev.tollgate.query.estimate;

import org.jspecify.annotations.NullMarked;
