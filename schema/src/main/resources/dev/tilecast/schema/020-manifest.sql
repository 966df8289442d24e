-- The head of the manifest of each live file, as encoded on the wire (PROTOCOL.md, Manifests).
--   manifest_id  SHA-256 of head, checked whenever the row is read
--   head         the canonical bytes: name, stamp, inner digest, signature, signer, page digests
CREATE TABLE manifest (
  manifest_id VARBINARY(32) NOT NULL PRIMARY KEY,
  head VARBINARY(8192) NOT NULL
);

-- The pages of the manifest of each live file. A page is checked against its digest in the head
-- whenever it is read, so that a rotten row is never sent to a neighbor.
--   page_index   from 0
--   page         the canonical bytes: up to 32 chunks as (length, SHA-256)
CREATE TABLE manifest_page (
  manifest_id VARBINARY(32) NOT NULL REFERENCES manifest ON DELETE CASCADE,
  page_index INTEGER NOT NULL,
  page VARBINARY(1152) NOT NULL,
  PRIMARY KEY (manifest_id, page_index)
);
