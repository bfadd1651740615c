package dev.tollgate.query.alert;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/// A mail server: keeps what it gets, and refuses recipients as a test says.
@NullMarked
final class MailboxServer implements AutoCloseable {
  /// What came, with its recipients as the envelope has them.
  record Got(List<String> recipients, String mail) {
    Got {
      recipients = List.copyOf(recipients);
    }

    /// The values of a header, unfolded.
    List<String> header(String name) {
      var head = mail.substring(0, mail.indexOf("\r\n\r\n")).replaceAll("\r\n[ \t]+", " ");
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }
  }

  private final SMTPServer server;
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private volatile ToIntFunction<String> answer = _ -> 250;

  MailboxServer(UnaryOperator<SMTPServer.Builder> with) {
    server =
        with.apply(
                SMTPServer.port(0)
                    .bindAddress(InetAddress.getLoopbackAddress())
                    .insertReceivedHeaders(false)
                    .messageHandlerFactory(this::handler))
            .build();
    server.start();
  }

  int port() {
    return server.getPortAllocated();
  }

  /// From now on answers with the reply that is said of a recipient.
  void answer(ToIntFunction<String> reply) {
    this.answer = reply;
  }

  List<Got> got() {
    return List.copyOf(got);
  }

  private MessageHandler handler(MessageContext context) {
    return new MessageHandler() {
      private final List<String> recipients = new ArrayList<>();

      @Override
      public void from(String from) {
        recipients.clear();
      }

      @Override
      public void recipient(String recipient) throws RejectException {
        var reply = answer.applyAsInt(recipient);
        if (reply != 250) {
          throw new RejectException(reply, "secret words of the server");
        }
        recipients.add(recipient);
      }

      @Override
      public String data(InputStream data) {
        try {
          got.add(new Got(recipients, new String(data.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException broken) {
          throw new UncheckedIOException(broken);
        }
        return "taken";
      }

      @Override
      public void done() {
        // Nothing is kept open.
      }
    };
  }

  @Override
  public void close() {
    server.stop();
  }
}
