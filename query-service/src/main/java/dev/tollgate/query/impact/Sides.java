package dev.tollgate.query.impact;

/// Usage before and after a deployment.
record Sides(Side before, Side after) {}
