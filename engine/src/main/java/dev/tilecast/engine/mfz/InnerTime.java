package dev.tilecast.engine.mfz;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The DOS date and time of MFZPUBKEY.DAT, from which the stamp of a version comes. It is read as
 * UTC, whatever the zone of the packing machine was (PROTOCOL.md, Stamps).
 *
 * @param dosDateTime date in the upper, time in the lower 16 bits
 */
public record InnerTime(int dosDateTime) {
  /**
   * The first year that means the defect of {@code mfzmake make} since September 2020: it writes a
   * five-minute count where seconds belong, so that dates from 1970 on wrap to 2098 and later.
   */
  public static final int WRAPPED_YEAR = 2098;

  /**
   * The years that {@link #of} can write: DOS dates begin in 1980, and 2098 means something else.
   */
  public static final int YEAR_MIN = 1980;

  private static final int DOS_YEARS = 128;
  private static final int SECONDS_PER_COUNT = 300;

  /**
   * The time that says {@code stamp}.
   *
   * @param stamp seconds since 1970, even, in the years 1980 to 2097
   */
  public static InnerTime of(long stamp) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(stamp, 0, ZoneOffset.UTC);
    if (stamp % 2 != 0 || time.getYear() < YEAR_MIN || time.getYear() >= WRAPPED_YEAR) {
      throw new IllegalArgumentException(
          "stamp " + stamp + " is odd or not in the years " + YEAR_MIN + " to 2097");
    }
    int date =
        ((time.getYear() - YEAR_MIN) << 9) | (time.getMonthValue() << 5) | time.getDayOfMonth();
    int clock = (time.getHour() << 11) | (time.getMinute() << 5) | (time.getSecond() / 2);
    return new InnerTime((date << 16) | clock);
  }

  private int year() {
    return YEAR_MIN + (dosDateTime >>> 25);
  }

  private int month() {
    return (dosDateTime >>> 21) & 15;
  }

  private int day() {
    return (dosDateTime >>> 16) & 31;
  }

  private int secondOfDay() {
    int hour = (dosDateTime >>> 11) & 31;
    int minute = (dosDateTime >>> 5) & 63;
    return hour * 3600 + minute * 60 + (dosDateTime & 31) * 2;
  }

  /** Whether the year is one that only the defect of {@link #WRAPPED_YEAR} writes. */
  public boolean isWrapped() {
    return year() >= WRAPPED_YEAR;
  }

  /** Whether all fields are in range; {@code mfzrun} would let them roll over. */
  public boolean isValid() {
    int meant = isWrapped() ? year() - DOS_YEARS : year();
    boolean clock =
        ((dosDateTime >>> 11) & 31) < 24
            && ((dosDateTime >>> 5) & 63) < 60
            && (dosDateTime & 31) < 30;
    try {
      return clock && LocalDate.of(meant, month(), day()).getYear() == meant;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Seconds since 1970 as {@code mfzrun} prints them under UTC; fields out of range roll over. */
  public long raw() {
    LocalDate first = LocalDate.of(year(), 1, 1);
    LocalDate date = first.plusMonths(month() - 1L).plusDays(day() - 1L);
    return date.toEpochDay() * 86_400 + secondOfDay();
  }

  /**
   * The stamp: {@link #raw()}, but where the year is wrapped, the seconds of the year 128 years
   * before, times 300. Only of a {@linkplain #isValid valid} time.
   */
  public long stamp() {
    if (!isWrapped()) {
      return raw();
    }
    long counted = LocalDate.of(year() - DOS_YEARS, month(), day()).toEpochDay() * 86_400;
    return (counted + secondOfDay()) * SECONDS_PER_COUNT;
  }

  /** {@link #stamp()} as date and time of UTC. */
  public Instant instant() {
    return Instant.ofEpochSecond(stamp());
  }
}
