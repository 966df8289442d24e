/**
 * The command line: one small class a command that asks, prints and says how it went by its exit
 * code (COMMANDS.md).
 */
package dev.tilecast.cli;
