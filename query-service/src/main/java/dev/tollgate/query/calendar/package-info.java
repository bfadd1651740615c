/// Time buckets as people count them: hours, days and months of a time zone.
@NullMarked
package dev.tollgate.query.calendar;

import org.jspecify.annotations.NullMarked;
