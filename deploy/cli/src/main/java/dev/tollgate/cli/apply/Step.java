package dev.tollgate.cli.apply;

import dev.tollgate.client.TollgateClient;
import java.util.List;
import java.util.function.Consumer;

/// One change that brings an installation closer to a file.
///
/// @param sign `+` created, `~` changed, `-` deleted
/// @param details a line per field
/// @param deed does it; throws what the client throws
record Step(char sign, String what, List<String> details, Consumer<TollgateClient> deed) {}
