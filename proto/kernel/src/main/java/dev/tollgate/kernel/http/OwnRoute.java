package dev.tollgate.kernel.http;

import com.google.protobuf.Descriptors.Descriptor;
import dev.tollgate.proto.common.v1.AccessRule;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.util.List;

/// A POST that protobuf's JSON mapping can't say: a service reads its body and writes its answer
/// itself.
///
/// @param path literally
/// @param description for the OpenAPI document
/// @param bodies what it takes; the first where a request names no content type
/// @param methods what it calls: they say who may, and what comes back
/// @param rules who may call those of them whose contract is somebody else's and can't say it
/// @param failures in which form it says that it failed
public record OwnRoute(
    String path,
    String description,
    List<Body> bodies,
    List<MethodDescriptor<?, ?>> methods,
    List<AccessRule> rules,
    Failures failures,
    Handler handler) {

  public OwnRoute {
    if (bodies.isEmpty() || methods.isEmpty()) {
      throw new IllegalArgumentException(path + ": no body or no method (expected: one at least)");
    }
    bodies = List.copyOf(bodies);
    methods = List.copyOf(methods);
    rules = List.copyOf(rules);
  }

  /// Answers one request, on a virtual thread: may block.
  public interface Handler {
    /// Every answer must come from a call: the route itself proves nobody's credential. What it
    /// throws, Failure or StatusRuntimeException, is answered as by every route.
    ///
    /// @param asked with its body inflated
    /// @param calls the server's own methods, with the credential and the deadline of who asks
    Answer answer(Asked asked, Channel calls);
  }

  /// One kind of body.
  ///
  /// @param contentType without parameters, in lower case
  /// @param message what it holds
  /// @param example one that works, as its text; empty where the form is none that people read
  public record Body(String contentType, Form form, Descriptor message, String example) {}

  /// How a route says that it failed.
  public enum Failures {
    /// As every route does.
    OURS,
    /// As google.rpc.Status, but for what fails before the route is asked.
    RPC_STATUS
  }

  /// How a body holds its messages.
  public enum Form {
    /// One, as protobuf's bytes.
    BINARY,
    /// One, as JSON.
    OBJECT,
    /// One as JSON, or an array of them.
    OBJECT_OR_ARRAY,
    /// One per line, as JSON.
    LINES
  }
}
