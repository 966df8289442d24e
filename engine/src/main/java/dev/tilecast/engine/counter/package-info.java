/**
 * What a counter's program knows and says to its neighbors (service 1). Pure, and no part of the
 * daemon: {@code tilecast counter} carries it out.
 */
package dev.tilecast.engine.counter;
