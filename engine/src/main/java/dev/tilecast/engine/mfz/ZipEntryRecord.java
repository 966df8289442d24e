package dev.tilecast.engine.mfz;

/**
 * What the local header, the data and the data descriptor of one entry say.
 *
 * @param name its raw name, one character a byte (ISO 8859-1)
 * @param flags general purpose flags
 * @param method 0 stored, 8 deflated
 * @param dosDateTime date in the upper, time in the lower 16 bits
 * @param crc the CRC-32 of its data, unsigned
 * @param storedSize bytes inside the zip
 * @param size bytes of its data
 * @param headerAt where in the zip its local header begins
 * @param dataAt where in the zip its data begins
 */
record ZipEntryRecord(
    String name,
    int flags,
    int method,
    int dosDateTime,
    long crc,
    long storedSize,
    long size,
    long headerAt,
    long dataAt) {}
