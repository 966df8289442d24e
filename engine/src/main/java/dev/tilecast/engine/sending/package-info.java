/**
 * Decides how a file of any kind gets to one neighbor whose operator takes it (PROTOCOL.md, Files
 * to a neighbor): the messages of service 10, what a sender does, what a receiver does. Nothing
 * here is believed to be signed. No I/O, clock or thread.
 */
package dev.tilecast.engine.sending;
