/**
 * Questions and answers between the command line and the daemon, over a Unix-domain socket in the
 * tile's home: one line of JSON asks, one line or a stream of lines answers (COMMANDS.md, The admin
 * socket). Both ends live here, so that they cannot drift apart.
 */
package dev.tilecast.engine.admin;
