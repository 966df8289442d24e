package dev.tilecast.engine.mfz;

/** What the check of a map alone found. */
public sealed interface MapInspection {
  /** The map is right for what follows it, whatever that is. */
  record Accepted(CdmMap map) implements MapInspection {}

  /** There is no map, or it broke a rule. */
  record Refused(Inspection.Refused refused) implements MapInspection {}
}
