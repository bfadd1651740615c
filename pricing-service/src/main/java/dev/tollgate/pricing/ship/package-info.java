/// The book of the release, and how it becomes a published version.
@NullMarked
package dev.tollgate.pricing.ship;

import org.jspecify.annotations.NullMarked;
