/**
 * A file system in memory that writes down every change in order, and the disk that a power cut at
 * any point of that record may leave (SCENARIOS.md, Crash points).
 */
package dev.tilecast.testbed.disk;
