package dev.tollgate.cli.price;

import dev.tollgate.cli.standalone.Problem;
import java.io.Flushable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The lines of an input, one after the other. What goes beyond the limit of a line is passed over,
/// so that no input needs more memory than that. Not safe for concurrent use.
final class Lines {
  /// The longest line that is read.
  static final int BYTES_MAX = 1 << 20;

  private static final int READ_BYTES = 1 << 16;

  private final InputStream in;
  private final Flushable answers;
  private final byte[] read = new byte[READ_BYTES];
  private int readPosition;
  private int readEnd;
  private byte[] line = new byte[READ_BYTES];
  private int length;
  private boolean tooLong;
  private long number;

  /// @param answers to what was read so far: flushed before the input is waited for, so that
  ///   whoever writes a line and waits for its answer gets it
  Lines(InputStream in, Flushable answers) {
    this.in = in;
    this.answers = answers;
  }

  /// Goes to the next line; false where there is none.
  ///
  /// @throws IOException of the answers
  /// @throws Problem where the input can't be read
  boolean next() throws IOException {
    length = 0;
    tooLong = false;
    var begun = false;
    var ended = false;
    while (!ended && (readPosition < readEnd || fill())) {
      begun = true;
      var at = readPosition;
      while (at < readEnd && read[at] != '\n') {
        at++;
      }
      append(at - readPosition);
      ended = at < readEnd;
      readPosition = ended ? at + 1 : at;
    }
    number += begun ? 1 : 0;
    return begun;
  }

  private void append(int count) {
    if (tooLong || length + count > BYTES_MAX) {
      tooLong = true;
      return;
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.min(BYTES_MAX, 2 * (length + count)));
    }
    System.arraycopy(read, readPosition, line, length, count);
    length += count;
  }

  private boolean fill() throws IOException {
    if (available() == 0) {
      answers.flush();
    }
    try {
      readPosition = 0;
      readEnd = Math.max(0, in.read(read));
      return readEnd > 0;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private int available() {
    try {
      return in.available();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static Problem unreadable(IOException e) {
    return new Problem("the input can't be read: " + e.getMessage(), e);
  }

  /// From 1.
  long number() {
    return number;
  }

  /// Whether the line is longer than the limit, and its text therefore not here.
  boolean isTooLong() {
    return tooLong;
  }

  boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return !tooLong;
  }

  /// Where the text of the line lies: valid until the next one.
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }
}
