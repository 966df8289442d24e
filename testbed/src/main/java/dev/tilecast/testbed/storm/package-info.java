/**
 * A storm: real daemons that are killed, cut off and short of room at random while files are
 * published all the time; and the proof that nothing was lost (SCENARIOS.md, The storm).
 */
package dev.tilecast.testbed.storm;
