package dev.tilecast.engine.core;

import dev.tilecast.engine.message.Reason;

/** A version of ours that a neighbor has refused, and why. */
record RefusedThere(Rank rank, Reason reason) {}
