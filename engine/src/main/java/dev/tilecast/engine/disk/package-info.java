/**
 * What a write must do so that a power cut leaves the old or the new file, whole. Knows nothing of
 * tiles.
 */
package dev.tilecast.engine.disk;
