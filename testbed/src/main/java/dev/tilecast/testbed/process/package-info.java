/**
 * Real daemons as processes of their own on this machine, joined by links on loopback, killed and
 * restarted; and the demo that is made of them (SCENARIOS.md).
 */
package dev.tilecast.testbed.process;
