/// What weeks and months were like: reports that are made once, kept and said.
@NullMarked
package dev.tollgate.query.report;

import org.jspecify.annotations.NullMarked;
