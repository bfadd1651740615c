package dev.tollgate.cli.price;

import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.FxTable;
import java.time.ZoneOffset;

/// The currency that reports are in, beside the one in which calls are charged.
public record Reporting(FxTable rates, String currency) {
  /// @throws dev.tollgate.failure.Failure as `FxTable.convert`
  FxTable.Converted convert(Charge charge, Call call) {
    return rates.convert(
        charge.cost(),
        charge.currency(),
        currency,
        call.time().atOffset(ZoneOffset.UTC).toLocalDate());
  }
}
