/** Scenario files: what is done to a world, and the exact transcript of what comes of it. */
package dev.tilecast.testbed.scenario;
