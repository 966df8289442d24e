/**
 * The bytes of our service and the records that they spell. Whatever is malformed is refused here,
 * before anything decides on it.
 */
package dev.tilecast.engine.message;
