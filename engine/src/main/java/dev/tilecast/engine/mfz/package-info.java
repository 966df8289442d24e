/**
 * The MFZ format: inspecting, making and sealing files, and the keys that sign them. Nothing here
 * unpacks a file to decide on it, and nothing here knows a tile, a neighbor or a clock.
 */
package dev.tilecast.engine.mfz;
