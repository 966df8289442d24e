package dev.tilecast.engine.files;

import java.util.Optional;

/**
 * A promotion that succeeded.
 *
 * @param fileIdentity of the file that is live now
 * @param archiveNote why the previous version could not be archived, as a sentence
 */
public record Promotion(String fileIdentity, Optional<String> archiveNote) {}
