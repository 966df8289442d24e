/** One page that shows what happened in a world. */
package dev.tilecast.testbed.picture;
