/// Whose rows a question is about.
@NullMarked
package dev.tollgate.query.scope;

import org.jspecify.annotations.NullMarked;
