package dev.tilecast.engine.mfz;

import dev.tilecast.engine.message.Name;
import java.time.ZoneOffset;
import java.util.Optional;

/** Steps 8 to 10 of an inspection: what a signed file claims to be, and whether it may. */
final class IdentityCheck {
  /** {@code cdmake} writes local time, so a name may be whole quarter hours off: -12 h to +14 h. */
  private static final int QUARTER_HOUR_COUNTS = 3;

  private static final int EAST_COUNTS_MAX = 14 * 12;
  private static final int WEST_COUNTS_MAX = 12 * 12;
  private static final int SECONDS_PER_COUNT = 300;

  private final PublicKey key;
  private final Keyring keyring;
  private final Optional<String> signedName;

  IdentityCheck(PublicKey key, Keyring keyring, Optional<String> signedName) {
    this.key = key;
    this.keyring = keyring;
    this.signedName = signedName;
  }

  /** Checks the signed name against its grammar, the rules, the map and the file name. */
  void requireName(Optional<CdmMap> map, Optional<String> droppedAs) throws RefusedException {
    if (signedName.isPresent()) {
      String text = signedName.get();
      Name identity =
          Name.ofSigned(text)
              .orElseThrow(
                  () ->
                      new RefusedException(
                          Rule.NAME_GRAMMAR,
                          "the signed name '"
                              + text
                              + "' is not of the form [A-Za-z0-9][A-Za-z0-9._-]{0,95}.mfz; make the"
                              + " file again under another name"));
      if (!keyring.mayPublish(key.handle(), identity)) {
        throw new RefusedException(Rule.NOT_ALLOWED, keyring.notAllowed(key.handle(), identity));
      }
    }
    if (map.isPresent()) {
      if (!key.handle().text().equals(map.get().handle())) {
        throw new RefusedException(
            Rule.MAP_SIGNER,
            "the map is signed by '" + map.get().handle() + "', the MFZ by '" + key.handle() + "'");
      }
      CdmMapCheck.requireName(map.get(), signedName.orElse(""));
    }
    if (droppedAs.isPresent()) {
      requireDroppedAs(droppedAs.get());
    }
  }

  private void requireDroppedAs(String droppedAs) throws RefusedException {
    if (signedName.isEmpty()) {
      throw new RefusedException(
          Rule.NAME_MISSING,
          "the file has no signed name ("
              + InspectionPass.NAME_ENTRY
              + "): it was made by a tool from before 2019, and cannot be published; make it again");
    }
    if (!signedName.get().equals(droppedAs)) {
      throw new RefusedException(
          Rule.NAME_MISMATCH,
          "the file was signed as '"
              + signedName.get()
              + "', but is named '"
              + droppedAs
              + "'; rename it to the signed name");
    }
  }

  /**
   * Checks the inner time, and the stamp in the name of a slot file against it.
   *
   * @return a warning, where the file was stamped with local time
   */
  Optional<String> requireTime(InnerTime time) throws RefusedException {
    if (!time.isValid()) {
      throw new RefusedException(
          Rule.TIME_VALID,
          String.format(
              "the DOS time of %s, %08x, has a field out of range",
              InspectionPass.KEY_ENTRY, time.dosDateTime()));
    }
    Optional<Integer> named = signedName.flatMap(Name::cdmStamp);
    if (named.isEmpty()) {
      return Optional.empty();
    }
    int counted = (int) (Math.floorDiv(time.stamp(), SECONDS_PER_COUNT) & 0xFFFFFF);
    // The difference of two 24-bit counts, as a signed number.
    int east = ((counted - named.get()) << 8) >> 8;
    if (east % QUARTER_HOUR_COUNTS != 0 || east > EAST_COUNTS_MAX || east < -WEST_COUNTS_MAX) {
      throw new RefusedException(
          Rule.TIME_AND_NAME,
          String.format(
              "the name '%s' says stamp %06x, the inner time says %06x",
              signedName.get(), named.get(), counted));
    }
    if (east == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "the file was stamped with the local time of the zone "
            + ZoneOffset.ofTotalSeconds(east * SECONDS_PER_COUNT)
            + "; its versions are ordered rightly only among files from that zone");
  }
}
