package dev.tollgate.rating;

import java.util.List;

/// A model of a price book: the name that is billed, its other names, and its prices.
public record Model(String provider, String name, List<String> aliases, List<Price> prices) {}
