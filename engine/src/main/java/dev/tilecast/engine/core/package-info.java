/**
 * Decides: the pure, deterministic state of one tile. No I/O, clock, thread, log, library, or
 * randomness of its own (ARCHITECTURE.md, The core).
 */
package dev.tilecast.engine.core;
