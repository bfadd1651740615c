/// Price books that are published: stored once, never changed, followed by every instance.
@NullMarked
package dev.tollgate.pricing.publish;

import org.jspecify.annotations.NullMarked;
