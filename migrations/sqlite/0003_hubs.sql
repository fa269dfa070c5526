-- The hubs of this database, the one that serves and those that stand by: where participants look for it.
CREATE TABLE hubs (
  url      TEXT PRIMARY KEY,
  seen_at  INTEGER NOT NULL DEFAULT (unixepoch())
);
