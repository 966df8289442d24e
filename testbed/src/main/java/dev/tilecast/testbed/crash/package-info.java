/**
 * Crash points, enumerated: what a real tile does on its disk is written down, the power is cut at
 * each operation and inside each write, and a tile is started on what is left (SCENARIOS.md, Crash
 * points).
 */
package dev.tilecast.testbed.crash;
