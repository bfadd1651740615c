package dev.tollgate.query.page;

import com.google.protobuf.Message;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Shown;
import java.util.Optional;

/// The page tokens of one question as one caller asks it. Safe for concurrent use.
public final class QuestionTokens {
  private final PageTokens tokens;
  private final byte[] binding;

  private QuestionTokens(PageTokens tokens, byte[] binding) {
    this.tokens = tokens;
    this.binding = binding;
  }

  /// Those of a question as the caller asks it.
  ///
  /// @param question the request without its page size and token
  public static QuestionTokens of(PageTokens tokens, Caller caller, Message question) {
    return new QuestionTokens(tokens, Binding.of(caller, question));
  }

  /// The position that a request's `page_token` holds; empty where it has none.
  ///
  /// @throws Failure FIELD_INVALID where it was not made for this question and this caller
  public Optional<byte[]> open(String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    var position = tokens.open(binding, token);
    if (position.isEmpty()) {
      throw Failure.invalid(
          "page_token",
          Shown.text(token) + " (expected: the next_page_token of an answer to this question)");
    }
    return position;
  }

  /// The token of the page that begins after the position.
  public String seal(byte[] position) {
    return tokens.seal(binding, position);
  }
}
