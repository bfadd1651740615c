/// Usage out of OpenTelemetry's spans and log records: what calls of models they tell of.
@NullMarked
package dev.tollgate.ingest.otlp;

import org.jspecify.annotations.NullMarked;
