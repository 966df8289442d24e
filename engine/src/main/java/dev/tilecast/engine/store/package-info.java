/** Rows in and out of the tile's database: all of its SQL, through jOOQ (SCHEMA.md). */
package dev.tilecast.engine.store;
