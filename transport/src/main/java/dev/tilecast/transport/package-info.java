/** What a direction, a packet header, a service and a link are (PACKETS.md). */
package dev.tilecast.transport;
