/** What {@code tilecast counter} knows and says, without the sockets by which it does. */
package dev.tilecast.cli.counter;
