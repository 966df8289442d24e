/** Simulated tiles, links and disks in one thread and in virtual time (SCENARIOS.md, Worlds). */
package dev.tilecast.testbed.world;
