/**
 * The disk at both ends of {@code tilecast send} and {@code tilecast receive}: the file that is
 * read, and the folder that files come into.
 */
package dev.tilecast.cli.sending;
