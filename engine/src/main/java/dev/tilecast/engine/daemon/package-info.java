/** The daemon: wires the packages together, runs the loop, carries out effects. */
package dev.tilecast.engine.daemon;
