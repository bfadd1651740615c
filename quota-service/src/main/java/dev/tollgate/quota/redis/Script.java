package dev.tollgate.quota.redis;

/// A program in Lua that Redis runs whole or not at all.
public record Script(String name, String text) {}
