/// Answers that come in pages.
@NullMarked
package dev.tollgate.query.page;

import org.jspecify.annotations.NullMarked;
