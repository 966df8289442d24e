/**
 * Having and running are two things: what a tile does with a version once it is live
 * (ARCHITECTURE.md, Activation).
 */
package dev.tilecast.engine.physics;
