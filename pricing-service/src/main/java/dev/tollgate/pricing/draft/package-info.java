/// From a draft to a published version: kept, changed, reviewed, released, published.
@NullMarked
package dev.tollgate.pricing.draft;

import org.jspecify.annotations.NullMarked;
