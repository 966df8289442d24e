-- What is live: one row a name. A mirror of live/ that spares reading every file at start; where
-- the two differ, the file is right.
--   stamp, inner_digest  what orders the versions of a name; must agree with the manifest's head
--   manifest_id          the manifest of the very file that is live
--   file_identity        inode, length and times of that file when it was promoted; while they are
--                        unchanged at start, the file need not be inspected again
CREATE TABLE version (
  name VARCHAR(100) NOT NULL PRIMARY KEY,
  stamp BIGINT NOT NULL,
  inner_digest VARBINARY(64) NOT NULL,
  manifest_id VARBINARY(32) NOT NULL UNIQUE REFERENCES manifest,
  file_identity VARCHAR(200) NOT NULL
);

-- Promotions that had begun: written and synced before live/ is touched, removed when the version
-- row is written or the promotion failed. A row found at start says which name to look at first:
-- live/ holds the version from before it or the one named here, each whole.
CREATE TABLE intent (
  name VARCHAR(100) NOT NULL PRIMARY KEY,
  stamp BIGINT NOT NULL,
  inner_digest VARBINARY(64) NOT NULL
);
