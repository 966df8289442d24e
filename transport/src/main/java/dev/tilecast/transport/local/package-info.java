/** Sockets through which other programs on the tile use services and hear of neighbors. */
package dev.tilecast.transport.local;
