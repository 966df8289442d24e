package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.message.Counted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether the paths of members could be unpacked without leaving or confusing a folder. */
final class MemberPaths {
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*", Pattern.DOTALL);
  private static final int FLAG_UTF8 = 0x800;

  private final int partBytesMax;

  MemberPaths(InspectionLimits limits) {
    this.partBytesMax = limits.pathPartBytesMax();
  }

  /**
   * Checks all paths.
   *
   * @return the paths that occur more than once with equal size and CRC, whose content is still to
   *     be compared
   */
  Set<String> check(List<ZipEntryRecord> entries) throws RefusedException {
    Map<String, ZipEntryRecord> byPath = new HashMap<>();
    Set<String> repeated = new HashSet<>();
    for (ZipEntryRecord entry : entries) {
      String fault = fault(entry);
      if (!fault.isEmpty()) {
        throw new RefusedException(
            Rule.PATH, "MFZ.ZIP: the path '" + display(entry.name()) + "' " + fault);
      }
      ZipEntryRecord earlier = byPath.putIfAbsent(entry.name(), entry);
      if (earlier != null) {
        if (earlier.size() != entry.size() || earlier.crc() != entry.crc()) {
          throw differs(entry.name());
        }
        repeated.add(entry.name());
      }
    }
    for (String path : byPath.keySet()) {
      for (int at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
        if (byPath.containsKey(path.substring(0, at))) {
          throw new RefusedException(
              Rule.PATH_CLASH,
              "MFZ.ZIP: '"
                  + display(path.substring(0, at))
                  + "' is a file and also the folder of '"
                  + display(path)
                  + "'");
        }
      }
    }
    return repeated;
  }

  static RefusedException differs(String path) {
    return new RefusedException(
        Rule.PATH_DUPLICATE,
        "MFZ.ZIP: '" + display(path) + "' is there more than once, with different content");
  }

  private String fault(ZipEntryRecord entry) {
    String path = entry.name();
    if (path.startsWith("/") || DRIVE.matcher(path).matches()) {
      return "is absolute";
    }
    if (path.chars().anyMatch(c -> c < ' ' || c == 0x7F || c == '\\')) {
      return "has a backslash or a control character";
    }
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return "has the part '" + part + "'";
      }
      if (part.length() > partBytesMax) {
        return "has a part of " + Counted.bytes(part.length()) + ", more than " + partBytesMax;
      }
    }
    if ((entry.flags() & FLAG_UTF8) != 0 && utf8(path).isEmpty()) {
      return "claims to be UTF-8, but is not";
    }
    return "";
  }

  /** A raw name as text: as UTF-8 where it is that, else each byte as ISO 8859-1. */
  static String display(String raw) {
    boolean ascii = raw.chars().allMatch(c -> c < 0x80);
    return ascii ? raw : utf8(raw).orElse(raw);
  }

  private static Optional<String> utf8(String raw) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(raw.getBytes(ISO_8859_1));
      return Optional.of(UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
