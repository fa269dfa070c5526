-- The hubs of this database, the one that serves and those that stand by: where participants look for it.
CREATE TABLE hubs (
  url      text PRIMARY KEY,
  seen_at  timestamptz NOT NULL DEFAULT now()
);
