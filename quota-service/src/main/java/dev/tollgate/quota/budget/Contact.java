package dev.tollgate.quota.budget;

/// What a denial says to people.
///
/// @param owner who looks after the budget; empty where nobody is named
/// @param denialMessage for end users; empty for our own words
public record Contact(String owner, String denialMessage) {
  public static final Contact NONE = new Contact("", "");
}
