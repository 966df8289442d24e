package dev.tilecast.testbed.sabotage;

import java.util.List;

/** Bugs in the order of writes, the database, the inbox and the start. */
final class DiskSabotages {
  static final List<Sabotage> ALL =
      List.of(
          Sabotages.in(
              "files/LiveFolder",
              "staged-not-synced",
              "A file is renamed into live/ before its bytes are on the disk.",
              "    DurableFile.sync(staged);\n",
              "",
              Check.crash("publish")),
          Sabotages.in(
              "files/LiveFolder",
              "folders-not-synced",
              "The rename into live/ is not synced before it is told.",
              "    DurableFile.syncFolder(home.live());\n    DurableFile.syncFolder(stagedFolder);\n",
              "",
              Check.crash("publish")),
          Sabotages.in(
              "files/LiveFolder",
              "copied-into-place",
              "A file is copied into live/ instead of renamed.",
              "Files.move(staged, path(name), ATOMIC_MOVE);",
              "Files.copy(staged, path(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);",
              Check.crash("promote")),
          Sabotages.in(
              "files/LiveFolder",
              "mark-before-rename",
              "The mark is raised before the file is live.",
              "    cutOver(staged, name, manifestId);",
              "    mark.now();\n      cutOver(staged, name, manifestId);",
              Check.crash("promote")),
          Sabotages.in(
              "files/LiveFolder",
              "no-mark",
              "No mark is written of what goes live.",
              "    mark.now();\n    return FileIdentity",
              "    return FileIdentity",
              Check.crash("publish")),
          Sabotages.in(
              "disk/DurableFile",
              "small-files-not-synced",
              "Marks and reasons are renamed into place before their bytes are on the disk.",
              "    channel.force(true);\n    Files.move(temporary",
              "    Files.move(temporary",
              Check.crash("publish")),
          Sabotages.in(
              "files/RefusedFolder",
              "refused-before-reason",
              "A refused file is moved aside before the reason is written.",
              "    DurableFile.write(reasonFor(target), (Visible.text(reason) + \"\\n\").getBytes(UTF_8));\n"
                  + "    move(file, target);",
              "    move(file, target);\n"
                  + "    DurableFile.write(reasonFor(target), (Visible.text(reason) + \"\\n\").getBytes(UTF_8));",
              Check.crash("refuse")),
          Sabotages.in(
              "files/PrivateCopy",
              "original-gone-early",
              "A dropped file is deleted once it is copied, before it is live.",
              "      return at == length;",
              "      java.nio.file.Files.delete(original);\n      return at == length;",
              Check.crash("publish")),
          Sabotages.in(
              "files/Staging",
              "any-bytes-match",
              "The digest of a chunk is computed, and not compared.",
              "boolean matches = Bytes.wrap(digest.digest()).equals(expected.digest());",
              "boolean matches = Bytes.wrap(digest.digest()).length() > 0;",
              Check.crash("receive")),
          Sabotages.in(
              "daemon/Reconciliation",
              "row-over-bytes",
              "At the start a row is believed although the file is another one.",
              "if (known.isPresent() && row.orElseThrow().fileIdentity().equals(identity)) {",
              "if (known.isPresent()) {",
              Check.crash("aside")),
          Sabotages.in(
              "daemon/Reconciliation",
              "below-mark-kept",
              "At the start a live file is kept although its mark is higher.",
              "if (mark.isPresent() && mark.get().isNewerThan(version)) {",
              "if (mark.isPresent() && mark.get().isNewerThan(mark.get())) {",
              Check.crash("below")),
          Sabotages.in(
              "daemon/Reconciliation",
              "marks-before-sync",
              "At the start marks are raised to names that a power cut could still take back.",
              "    live.sync();\n    List<LiveEntry> entries",
              "    List<LiveEntry> entries",
              Check.crash("killed")),
          Sabotages.in(
              "daemon/Reconciliation",
              "staging-not-swept",
              "At the start staging is left as it is.",
              "    staging.sweep(known);\n",
              "",
              Check.crash("publish")),
          Sabotages.in(
              "daemon/Reconciliation",
              "intents-kept",
              "Intents of an earlier run stay for ever.",
              "    store.intents().forEach(version -> saves.add(new Save.IntentGone(version)));\n",
              "",
              Check.crash("promote")),
          Sabotages.in(
              "daemon/Shell",
              "gathered-not-flushed",
              "A file is inspected before all of it was given to the disk.",
              "      staging.flush(id);\n      staging.beginSync",
              "      staging.length(id);\n      staging.beginSync",
              Check.crash("receive")),
          Sabotages.in(
              "daemon/Shell",
              "sends-before-saves",
              "What a batch has to say is sent before its rows are committed.",
              "    commit(saves);\n    unwritten",
              "    effects.stream().filter(Effect.Send.class::isInstance).forEach(this::carryOut);\n"
                  + "    commit(saves);\n    unwritten",
              Check.crash("receive")),
          Sabotages.in(
              "store/Store",
              "promises-not-synced",
              "Rows on which a promise hangs are committed, and not synced.",
              "if (saves.stream().anyMatch(Save::durable)) {",
              "if (saves.isEmpty()) {",
              Check.crash("publish")),
          Sabotages.in(
              "store/Commit",
              "transfers-never-end",
              "The rows of a transfer stay when it has ended.",
              "      transfers.remove(gone.manifestId());",
              "      transfers.sweep();",
              Check.crash("receive")),
          Sabotages.in(
              "daemon/Shell",
              "shell-inspects-nothing",
              "The daemon finds every pulled file good.",
              "      refusal = objectionTo(file, manifest);",
              "      refusal = file.toString().isEmpty() ? objectionTo(file, manifest) : Optional.empty();",
              Check.folders()),
          Sabotages.in(
              "daemon/Shell",
              "early-sync-unheard",
              "What the disk says to the sync beside an inspection is not heard.",
              "      if (synced.await()) {",
              "      DurableFile.sync(file);\n      if (file != null) {",
              Check.crash("unsynced")),
          Sabotages.in(
              "daemon/Reception",
              "dropped-sync-unheard",
              "What the disk says to the sync of a dropped file beside its inspection is not heard.",
              "      synced.await();\n",
              "      synced.abandon();\n",
              Check.crash("unsynced")),
          Sabotages.in(
              "daemon/Shell",
              "failed-sync-tried-again",
              "A pulled file that the disk has failed to keep is synced once more, and believed.",
              "      boolean staged = e.source() instanceof Source.Staged;",
              "      boolean staged = false;",
              Check.crash("unsynced")),
          Sabotages.in(
              "daemon/Shell",
              "sync-begun-unsaid",
              "No word is left that a pulled file is being synced, for a start after a kill.",
              "      staging.beginSync(id);\n",
              "",
              Check.crash("killed-at")));

  private DiskSabotages() {}
}
