-- Versions being pulled: what a tile needs to go on after a restart. The bytes lie in staging/.
--   manifest_id  SHA-256 of head, checked whenever the row is read
--   head         as in manifest; its signature was checked before the row was written
CREATE TABLE transfer (
  manifest_id VARBINARY(32) NOT NULL PRIMARY KEY,
  head VARBINARY(8192) NOT NULL
);

-- Pages of those manifests that have come, each checked against the head. No foreign key: rows
-- without their transfer are swept at start, and never stop a tile.
CREATE TABLE transfer_page (
  manifest_id VARBINARY(32) NOT NULL,
  page_index INTEGER NOT NULL,
  page VARBINARY(1152) NOT NULL,
  PRIMARY KEY (manifest_id, page_index)
);

-- Chunks that were checked. These commits are not synced, so rows may lag behind the bytes in
-- staging/ and, after a power cut, the bytes behind the rows: a row says "worth checking", no more.
--   chunk_index  from 0, counted through all pages
CREATE TABLE transfer_chunk (
  manifest_id VARBINARY(32) NOT NULL,
  chunk_index INTEGER NOT NULL,
  PRIMARY KEY (manifest_id, chunk_index)
);
