/// `bench ingest`: how much usage the whole path takes, beside what ClickHouse alone can store.
/// `bench outage`: the same while ClickHouse is away.
@NullMarked
package dev.tollgate.load.ingest;

import org.jspecify.annotations.NullMarked;
