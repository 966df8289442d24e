-- Which shape this file has: one row, written last when a fresh file is made. A file without the
-- row, or with another number than the program's own, is set aside and made anew (SCHEMA.md), so
-- there is no migration and these files always show the newest shape.
CREATE TABLE schema_version (
  version INTEGER NOT NULL PRIMARY KEY
);
