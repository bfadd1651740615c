package dev.tollgate.kernel.control;

/// The newest version of one thing in a control table, without its content.
public record Head(String tenant, String id, long version) {}
