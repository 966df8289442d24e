-- The tile's diary for people. Capped: the oldest rows go, some at a time. Never synced by itself.
--   event_id     counted up by the program, from 1
--   clock_text   the tile's clock when the row was written, ISO 8601 UTC; tiles have no clock
--                battery, so it is for display only
--   kind         a TileEvent.Kind
--   subject      the name that it is about, or empty
--   sentence     what happened
CREATE TABLE event (
  event_id BIGINT NOT NULL PRIMARY KEY,
  clock_text VARCHAR(40) NOT NULL,
  kind VARCHAR(32) NOT NULL,
  subject VARCHAR(256) NOT NULL,
  sentence VARCHAR(2000) NOT NULL
);
