package dev.tollgate.quota.budget;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/// A freeze as it goes over the wire and into the store: parsed with every mistake named, printed.
final class FreezeForm {
  private static final int TEXT_MAX = 512;
  private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");

  private FreezeForm() {}

  static Freeze parse(
      Fields fields,
      dev.tollgate.proto.budget.v1.Freeze form,
      Instant created,
      String actor,
      Map<String, String> pins) {
    return new Freeze(
        fields.id("freeze.freeze_id", form.getFreezeId()),
        new Selector(
            SelectorForm.values(fields, "freeze.selector", form.getSelectorMap()), new TreeMap<>()),
        fields.text("freeze.denial_message", form.getDenialMessage(), 0, TEXT_MAX),
        fields.text("freeze.note", form.getNote(), 0, TEXT_MAX),
        form.hasExpireTime()
            ? fields
                .instant("freeze.expire_time", true, form.getExpireTime(), TIME_MIN, TIME_MAX)
                .truncatedTo(ChronoUnit.MILLIS)
            : Instant.MAX,
        created,
        actor,
        new TreeMap<>(pins));
  }

  static Freeze stored(Entry entry) {
    try {
      var form = dev.tollgate.proto.budget.v1.Freeze.newBuilder();
      JsonFormat.parser().merge(entry.content(), form);
      var fields = new Fields();
      var freeze =
          parse(fields, form.build(), entry.writeTime(), entry.actor(), form.getMadeByPinsMap());
      fields.check();
      return freeze;
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException(entry.tenant() + "/" + entry.id() + " can't be read", e);
    }
  }

  static String json(Freeze freeze) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(print(freeze).toBuilder().clearCreateTime().clearActor());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static dev.tollgate.proto.budget.v1.Freeze print(Freeze freeze) {
    var form =
        dev.tollgate.proto.budget.v1.Freeze.newBuilder()
            .setFreezeId(freeze.id())
            .putAllSelector(freeze.selector().equal())
            .setDenialMessage(freeze.denialMessage())
            .setNote(freeze.note())
            .setCreateTime(Timestamps.fromMillis(freeze.createTime().toEpochMilli()))
            .setActor(freeze.actor())
            .putAllMadeByPins(freeze.pins());
    if (!freeze.endTime().equals(Instant.MAX)) {
      form.setExpireTime(Timestamps.fromMillis(freeze.endTime().toEpochMilli()));
    }
    return form.build();
  }
}
