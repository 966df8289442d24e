/** The numbers that we answer for, measured on this machine with real daemons (SCENARIOS.md). */
package dev.tilecast.testbed.bench;
