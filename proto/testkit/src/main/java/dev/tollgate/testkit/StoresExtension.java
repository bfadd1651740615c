package dev.tollgate.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Hands `Stores` to the tests that ask for them as a parameter. The stores start when the first
/// test needs them and stop when the run ends.
public final class StoresExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(StoresExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stores.class;
  }

  @Override
  public Stores resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var testClass = context.getRequiredTestClass();
    var run =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Run.class, key -> Run.start(), Run.class);
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(testClass, key -> run.storesOf(testClass), Stores.class);
  }

  /// The stores of one test run; JUnit closes it at the end.
  private record Run(StoreSource source, AtomicInteger classes) implements AutoCloseable {
    static Run start() {
      return new Run(StoreChoice.fromEnvironment().open(), new AtomicInteger());
    }

    Stores storesOf(Class<?> testClass) {
      return new Stores(source, testClass.getSimpleName(), classes.incrementAndGet());
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
