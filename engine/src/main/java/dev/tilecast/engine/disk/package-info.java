/**
 * What a write must do so that a power cut leaves the old or the new file, whole; and the digest by
 * which bytes on a disk are known again; and by what a file is seen to have changed. Knows nothing
 * of tiles.
 */
package dev.tilecast.engine.disk;
