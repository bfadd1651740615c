package dev.tollgate.quota.recover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Lives in `control_epochs`.
final class ControlEpochs implements Epochs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "life";
  private static final String ACTOR = "quota-service";

  private final ControlTable table;

  ControlEpochs(ControlTable table) {
    this.table = table;
  }

  @Override
  public Optional<Life> newest(String tenant) {
    return table.read(tenant, ID).map(ControlEpochs::life);
  }

  @Override
  public boolean append(String tenant, Life life) {
    try {
      table.append(tenant, ID, life.version() - 1, json(life), ACTOR);
      return true;
    } catch (Failure failure) {
      if (failure.reason() == Reason.WRITE_CONFLICT) {
        return false;
      }
      throw failure;
    }
  }

  private static String json(Life life) {
    try {
      return JSON.writeValueAsString(
          Map.of(
              "epoch", life.epoch(),
              "strictFrom", life.strictFrom().toString(),
              "begun", life.begun(),
              "longestHold", life.longestHold().toString()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Life life(Entry entry) {
    try {
      var json = JSON.readTree(entry.content());
      return new Life(
          entry.version(),
          json.required("epoch").textValue(),
          Instant.parse(json.required("strictFrom").textValue()),
          json.required("begun").booleanValue(),
          Duration.parse(json.required("longestHold").textValue()));
    } catch (JsonProcessingException unreadable) {
      throw new IllegalStateException("epoch of " + entry.tenant(), unreadable);
    }
  }
}
