package dev.tollgate.cli.price;

import dev.tollgate.rating.Charge;
import dev.tollgate.rating.FxTable;
import dev.tollgate.rating.extract.Flaw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of a line that could be read and rated.
///
/// @param reporting the cost in the currency of reports; null where it is not known there
/// @param flaws of the usage, and of what else the line states
record Answer(
    CallLine line, Charge charge, FxTable.@Nullable Converted reporting, List<Flaw> flaws) {}
