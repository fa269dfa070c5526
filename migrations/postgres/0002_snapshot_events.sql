-- How many events a snapshot covers. One takes the place of others only if it covers exactly as many: an empty or torn one never does.
ALTER TABLE document_snapshots ADD COLUMN events bigint NOT NULL DEFAULT 0;
