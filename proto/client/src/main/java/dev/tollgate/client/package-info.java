/// The Java client: asks before a call, tells after it, and queries what it all cost.
@NullMarked
package dev.tollgate.client;

import org.jspecify.annotations.NullMarked;
