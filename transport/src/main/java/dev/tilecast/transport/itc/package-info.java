/** Links over the packet device of a T2 tile and its status file (PACKETS.md, ITC). */
package dev.tilecast.transport.itc;
