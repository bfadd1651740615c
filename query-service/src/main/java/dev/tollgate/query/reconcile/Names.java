package dev.tollgate.query.reconcile;

import java.util.Map;

/// What the ledger calls what reports call otherwise.
record Names(Map<String, String> providers, Map<String, String> models, Map<String, String> keys) {
  Names {
    providers = Map.copyOf(providers);
    models = Map.copyOf(models);
    keys = Map.copyOf(keys);
  }

  String provider(String theirs) {
    return providers.getOrDefault(theirs, theirs);
  }

  String model(String theirs) {
    return models.getOrDefault(theirs, theirs);
  }

  String apiKey(String theirs) {
    return keys.getOrDefault(theirs, theirs);
  }
}
