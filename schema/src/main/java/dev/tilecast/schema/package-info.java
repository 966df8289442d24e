/**
 * The H2 file of a tile: its tables in readable SQL files, opening it, and setting aside one that
 * cannot be used (SCHEMA.md). The names of tables and columns are generated from that SQL into
 * {@code dev.tilecast.schema.generated} by the build.
 */
package dev.tilecast.schema;
