-- Versions being pulled: what a tile needs to go on after a restart. The bytes lie in staging/.
-- Which of them are good is not said here: after a restart all are hashed against the pages anyway.
--   manifest_id  SHA-256 of head, checked whenever the row is read
--   head         as in manifest; its signature was checked before the row was written
CREATE TABLE transfer (
  manifest_id VARBINARY(32) NOT NULL PRIMARY KEY,
  head VARBINARY(8192) NOT NULL
);

-- Pages of those manifests that have come, each checked against the head. Their commits are not
-- synced: a page that is lost is asked for again. No foreign key: rows without their transfer are
-- swept at start, and never stop a tile.
CREATE TABLE transfer_page (
  manifest_id VARBINARY(32) NOT NULL,
  page_index INTEGER NOT NULL,
  page VARBINARY(1152) NOT NULL,
  PRIMARY KEY (manifest_id, page_index)
);
