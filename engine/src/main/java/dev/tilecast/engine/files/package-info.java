/**
 * The files of a tile: its home, the inbox, staging, live, archive, refused and marks, and the
 * order of writes by which a version goes live (ARCHITECTURE.md, Files). Files are reached through
 * paths and channels only, so that this code also runs on a file system that records what was
 * synced.
 */
package dev.tilecast.engine.files;
