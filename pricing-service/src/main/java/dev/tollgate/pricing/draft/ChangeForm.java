package dev.tollgate.pricing.draft;

import dev.tollgate.pricing.answer.EntryForm;
import dev.tollgate.pricing.compare.Change;
import dev.tollgate.pricing.compare.Entry;
import dev.tollgate.proto.pricing.v1.BookChange;
import dev.tollgate.proto.pricing.v1.ChangeKind;
import dev.tollgate.proto.pricing.v1.EntryKind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Changes as the contract shows them.
///
/// @param ref the draft's book
record ChangeForm(String ref, String currency) {
  private static final MathContext SHOWN = new MathContext(4, RoundingMode.HALF_EVEN);

  BookChange of(Change change) {
    var entry = change.entry();
    var message =
        BookChange.newBuilder()
            .setEntryKind(kind(entry))
            .setEntry(entry.id())
            .setProvider(entry.provider())
            .setModel(entry.model());
    switch (change) {
      case Change.Added added ->
          addNew(message.setKind(ChangeKind.CHANGE_KIND_ADDED), added.entry());
      case Change.Removed removed ->
          addOld(message.setKind(ChangeKind.CHANGE_KIND_REMOVED), removed.entry());
      case Change.Changed changed -> {
        addOld(message.setKind(ChangeKind.CHANGE_KIND_CHANGED), changed.before());
        addNew(message, changed.entry());
        message.setFactor(factor(changed.before(), changed.entry()));
      }
    }
    return message.build();
  }

  private void addOld(BookChange.Builder message, Entry entry) {
    if (entry instanceof Entry.OfPrice price) {
      message.setOldPrice(
          form().price(price.of(), price.price()).toBuilder().clearPriceBookVersion());
    } else {
      message.setOldText(text(entry));
    }
  }

  private void addNew(BookChange.Builder message, Entry entry) {
    if (entry instanceof Entry.OfPrice price) {
      message.setNewPrice(
          form().price(price.of(), price.price()).toBuilder().clearPriceBookVersion());
    } else {
      message.setNewText(text(entry));
    }
  }

  private EntryForm form() {
    return new EntryForm(ref, currency);
  }

  private static String text(Entry entry) {
    return switch (entry) {
      case Entry.OfBook book -> "base " + book.base() + ", currency " + book.currency();
      case Entry.OfModel model -> model.text();
      case Entry.OfPrice price -> price.price().toString();
      case Entry.OfMultiplier multiplier -> multiplier.multiplier().toString();
      case Entry.OfCommitment commitment -> commitment.commitment().toString();
    };
  }

  private static EntryKind kind(Entry entry) {
    return switch (entry) {
      case Entry.OfBook _ -> EntryKind.ENTRY_KIND_BOOK;
      case Entry.OfModel _ -> EntryKind.ENTRY_KIND_MODEL;
      case Entry.OfPrice _ -> EntryKind.ENTRY_KIND_PRICE;
      case Entry.OfMultiplier _ -> EntryKind.ENTRY_KIND_MULTIPLIER;
      case Entry.OfCommitment _ -> EntryKind.ENTRY_KIND_COMMITMENT;
    };
  }

  private static String factor(Entry before, Entry after) {
    if (before instanceof Entry.OfPrice old && after instanceof Entry.OfPrice next) {
      return ratio(
          next.price().amount().multiply(BigDecimal.valueOf(old.price().unitQuantity())),
          old.price().amount().multiply(BigDecimal.valueOf(next.price().unitQuantity())));
    }
    if (before instanceof Entry.OfMultiplier old && after instanceof Entry.OfMultiplier next) {
      return ratio(next.multiplier().factor(), old.multiplier().factor());
    }
    return "";
  }

  private static String ratio(BigDecimal after, BigDecimal before) {
    return before.signum() == 0
        ? ""
        : after.divide(before, SHOWN).stripTrailingZeros().toPlainString();
  }
}
