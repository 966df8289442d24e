/** Links between tiles that are processes on IP hosts (PACKETS.md, TCP). */
package dev.tilecast.transport.tcp;
