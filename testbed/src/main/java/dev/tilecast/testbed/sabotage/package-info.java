/** Bugs made on purpose, one line each, and which check notices them (SCENARIOS.md, Sabotage). */
package dev.tilecast.testbed.sabotage;
