-- The first tables, in the shape of migrations/postgres/0001_first_tables.sql.
-- UUIDs are lower-case text, JSON is text, booleans are 0 and 1, times are seconds since 1970, UTC.

CREATE TABLE users (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  created_at  INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE TABLE agents (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  owner_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
  created_at  INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE TABLE collaboration_sessions (
  id             TEXT PRIMARY KEY,
  name           TEXT NOT NULL CHECK (length(name) <= 255),
  owner_id       TEXT NOT NULL,
  project_path   TEXT NOT NULL DEFAULT '',
  settings       TEXT NOT NULL DEFAULT '{}',
  created_at     INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at     INTEGER NOT NULL DEFAULT (unixepoch()),
  expires_at     INTEGER,
  is_public      INTEGER NOT NULL DEFAULT 0,
  password_hash  TEXT CHECK (length(password_hash) <= 255),
  created_by     TEXT,
  updated_by     TEXT
);
CREATE INDEX collaboration_sessions_by_age ON collaboration_sessions (created_at);

CREATE TABLE session_participants (
  id               INTEGER PRIMARY KEY,
  session_id       TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  user_id          TEXT REFERENCES users (id) ON DELETE CASCADE,
  agent_id         TEXT REFERENCES agents (id) ON DELETE CASCADE,
  role             TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer', 'agent')),
  joined_at        INTEGER NOT NULL DEFAULT (unixepoch()),
  last_active      INTEGER NOT NULL DEFAULT (unixepoch()),
  cursor_position  TEXT,
  active_file      TEXT,
  status           TEXT NOT NULL DEFAULT 'online' CHECK (status IN ('online', 'away', 'idle')),
  CHECK ((user_id IS NULL) <> (agent_id IS NULL))
);
CREATE UNIQUE INDEX session_participants_once ON session_participants (session_id, coalesce(user_id, agent_id));
CREATE INDEX session_participants_by_session ON session_participants (session_id);
CREATE INDEX session_participants_by_user ON session_participants (user_id);
CREATE INDEX session_participants_by_agent ON session_participants (agent_id);

CREATE TABLE session_events (
  id          TEXT PRIMARY KEY,
  session_id  TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  user_id     TEXT,
  agent_id    TEXT,
  event_type  TEXT NOT NULL CHECK (length(event_type) <= 100),
  event_data  TEXT NOT NULL DEFAULT '{}',
  timestamp   INTEGER NOT NULL DEFAULT (unixepoch()),
  CHECK ((user_id IS NULL) <> (agent_id IS NULL))
);
CREATE INDEX session_events_by_time ON session_events (session_id, timestamp);

CREATE TABLE file_locks (
  session_id  TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  file_path   TEXT NOT NULL,
  user_id     TEXT,
  agent_id    TEXT,
  locked_at   INTEGER NOT NULL DEFAULT (unixepoch()),
  expires_at  INTEGER,
  PRIMARY KEY (session_id, file_path),
  CHECK ((user_id IS NULL) <> (agent_id IS NULL))
);
CREATE INDEX file_locks_by_session ON file_locks (session_id);

CREATE TABLE conflict_resolutions (
  id                   TEXT PRIMARY KEY,
  session_id           TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  file_path            TEXT NOT NULL,
  conflict_data        TEXT NOT NULL DEFAULT '{}',
  resolution_strategy  TEXT CHECK (length(resolution_strategy) <= 50),
  resolved_by          TEXT,
  resolved_at          INTEGER
);
CREATE INDEX conflict_resolutions_by_file ON conflict_resolutions (session_id, file_path);

-- Bearer tokens, tickets and link secrets; only their SHA-256 is here.
CREATE TABLE tokens (
  hash           BLOB PRIMARY KEY CHECK (length(hash) = 32),
  id             TEXT NOT NULL UNIQUE,
  kind           TEXT NOT NULL CHECK (kind IN ('user', 'link', 'agent', 'ticket', 'participant')),
  user_id        TEXT,
  session_id     TEXT REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  role           TEXT NOT NULL DEFAULT 'viewer',
  created_at     INTEGER NOT NULL DEFAULT (unixepoch()),
  expires_at     INTEGER,
  revoked        INTEGER NOT NULL DEFAULT 0,
  uses_left      INTEGER CHECK (uses_left >= 0),
  password_hash  TEXT
) WITHOUT ROWID;
CREATE INDEX tokens_by_session ON tokens (session_id, kind);
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX tokens_tickets_by_expiry ON tokens (expires_at) WHERE kind = 'ticket';

CREATE VIEW session_links AS
  SELECT id, session_id, role, user_id AS created_by, created_at, expires_at, revoked, uses_left,
         password_hash IS NOT NULL AS has_password
  FROM tokens WHERE kind = 'link';

-- Where a session's facts and replica ids have come to.
CREATE TABLE session_state (
  session_id         TEXT PRIMARY KEY REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  position           INTEGER NOT NULL DEFAULT 0,
  reserved_replicas  INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE documents (
  session_id  TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  id          TEXT NOT NULL,
  path        TEXT NOT NULL,
  eol         TEXT NOT NULL CHECK (eol IN ('lf', 'crlf')),
  bom         INTEGER NOT NULL DEFAULT 0,
  executable  INTEGER NOT NULL DEFAULT 0,
  deleted     INTEGER NOT NULL DEFAULT 0,
  position    INTEGER NOT NULL,
  PRIMARY KEY (session_id, id)
) WITHOUT ROWID;

-- The history of every text. A row is never changed; (document, replica, seq) is its name for ever.
CREATE TABLE document_ops (
  session_id   TEXT NOT NULL,
  document_id  TEXT NOT NULL,
  replica      INTEGER NOT NULL,
  seq          INTEGER NOT NULL,
  events       INTEGER NOT NULL,
  author_id    TEXT NOT NULL,
  position     INTEGER NOT NULL,
  ordinal      INTEGER NOT NULL,
  body         BLOB NOT NULL,
  FOREIGN KEY (session_id, document_id) REFERENCES documents (session_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX document_ops_once ON document_ops (session_id, document_id, replica, seq);
CREATE INDEX document_ops_in_order ON document_ops (session_id, position, ordinal);

CREATE TABLE document_snapshots (
  session_id   TEXT NOT NULL,
  document_id  TEXT NOT NULL,
  position     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL DEFAULT (unixepoch()),
  body         BLOB NOT NULL,
  PRIMARY KEY (session_id, document_id, position),
  FOREIGN KEY (session_id, document_id) REFERENCES documents (session_id, id) ON DELETE CASCADE
);

CREATE TABLE replicas (
  session_id      TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  replica         INTEGER NOT NULL,
  participant_id  TEXT NOT NULL,
  request         INTEGER NOT NULL,
  retired         INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, replica)
) WITHOUT ROWID;

CREATE TABLE path_rules (
  id          INTEGER PRIMARY KEY,
  session_id  TEXT NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  pattern     TEXT NOT NULL,
  role        TEXT,
  user_id     TEXT,
  access      TEXT NOT NULL CHECK (access IN ('allow', 'deny', 'propose')),
  action      TEXT NOT NULL CHECK (action IN ('read', 'write')),
  created_at  INTEGER NOT NULL DEFAULT (unixepoch())
);
CREATE INDEX path_rules_by_session ON path_rules (session_id);

CREATE TABLE audit_log (
  session_id  TEXT NOT NULL,
  n           INTEGER NOT NULL,
  previous    BLOB NOT NULL,
  time        INTEGER NOT NULL,
  actor_id    TEXT,
  kind        TEXT NOT NULL,
  data        TEXT NOT NULL DEFAULT '{}',
  hash        BLOB NOT NULL,
  PRIMARY KEY (session_id, n)
);

-- Secrets of this hub that must outlive it; the database file is readable by its owner alone.
CREATE TABLE hub_keys (
  name        TEXT PRIMARY KEY,
  value       BLOB NOT NULL,
  created_at  INTEGER NOT NULL DEFAULT (unixepoch())
);
