-- The first tables. migrations/sqlite/0001_first_tables.sql has the same tables, columns and indexes.

CREATE TABLE users (
  id          uuid PRIMARY KEY,
  name        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE agents (
  id          uuid PRIMARY KEY,
  name        text NOT NULL,
  owner_id    uuid REFERENCES users (id) ON DELETE CASCADE,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE collaboration_sessions (
  id             uuid PRIMARY KEY,
  name           varchar(255) NOT NULL,
  owner_id       uuid NOT NULL,
  project_path   text NOT NULL DEFAULT '',
  settings       jsonb NOT NULL DEFAULT '{}',
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz,
  is_public      boolean NOT NULL DEFAULT false,
  password_hash  varchar(255),
  created_by     uuid,
  updated_by     uuid
);
CREATE INDEX collaboration_sessions_by_age ON collaboration_sessions (created_at);

CREATE TABLE session_participants (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id       uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  user_id          uuid REFERENCES users (id) ON DELETE CASCADE,
  agent_id         uuid REFERENCES agents (id) ON DELETE CASCADE,
  role             varchar(16) NOT NULL CHECK (role IN ('owner', 'editor', 'viewer', 'agent')),
  joined_at        timestamptz NOT NULL DEFAULT now(),
  last_active      timestamptz NOT NULL DEFAULT now(),
  cursor_position  jsonb,
  active_file      text,
  status           text NOT NULL DEFAULT 'online' CHECK (status IN ('online', 'away', 'idle')),
  CHECK ((user_id IS NULL) <> (agent_id IS NULL))
);
CREATE UNIQUE INDEX session_participants_once ON session_participants (session_id, coalesce(user_id, agent_id));
CREATE INDEX session_participants_by_session ON session_participants (session_id);
CREATE INDEX session_participants_by_user ON session_participants (user_id);
CREATE INDEX session_participants_by_agent ON session_participants (agent_id);

CREATE TABLE session_events (
  id          uuid PRIMARY KEY,
  session_id  uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  user_id     uuid,
  agent_id    uuid,
  event_type  varchar(100) NOT NULL,
  event_data  jsonb NOT NULL DEFAULT '{}',
  timestamp   timestamptz NOT NULL DEFAULT now(),
  CHECK ((user_id IS NULL) <> (agent_id IS NULL))
);
CREATE INDEX session_events_by_time ON session_events (session_id, timestamp);

CREATE TABLE file_locks (
  session_id  uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  file_path   text NOT NULL,
  user_id     uuid,
  agent_id    uuid,
  locked_at   timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz,
  PRIMARY KEY (session_id, file_path),
  CHECK ((user_id IS NULL) <> (agent_id IS NULL))
);
CREATE INDEX file_locks_by_session ON file_locks (session_id);

CREATE TABLE conflict_resolutions (
  id                   uuid PRIMARY KEY,
  session_id           uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  file_path            text NOT NULL,
  conflict_data        jsonb NOT NULL DEFAULT '{}',
  resolution_strategy  varchar(50),
  resolved_by          uuid,
  resolved_at          timestamptz
);
CREATE INDEX conflict_resolutions_by_file ON conflict_resolutions (session_id, file_path);

-- Bearer tokens, tickets and link secrets; only their SHA-256 is here.
CREATE TABLE tokens (
  hash           bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  id             uuid NOT NULL UNIQUE,
  kind           text NOT NULL CHECK (kind IN ('user', 'link', 'agent', 'ticket', 'participant')),
  user_id        uuid,
  session_id     uuid REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  role           text NOT NULL DEFAULT 'viewer',
  created_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz,
  revoked        boolean NOT NULL DEFAULT false,
  uses_left      bigint CHECK (uses_left >= 0),
  password_hash  text
);
CREATE INDEX tokens_by_session ON tokens (session_id, kind);
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE INDEX tokens_tickets_by_expiry ON tokens (expires_at) WHERE kind = 'ticket';

CREATE VIEW session_links AS
  SELECT id, session_id, role, user_id AS created_by, created_at, expires_at, revoked, uses_left,
         password_hash IS NOT NULL AS has_password
  FROM tokens WHERE kind = 'link';

-- Where a session's facts and replica ids have come to.
CREATE TABLE session_state (
  session_id         uuid PRIMARY KEY REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  position           bigint NOT NULL DEFAULT 0,
  reserved_replicas  bigint NOT NULL DEFAULT 0
);

CREATE TABLE documents (
  session_id  uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  id          uuid NOT NULL,
  path        text NOT NULL,
  eol         text NOT NULL CHECK (eol IN ('lf', 'crlf')),
  bom         boolean NOT NULL DEFAULT false,
  executable  boolean NOT NULL DEFAULT false,
  deleted     boolean NOT NULL DEFAULT false,
  position    bigint NOT NULL,
  PRIMARY KEY (session_id, id)
);

-- The history of every text. A row is never changed; (document, replica, seq) is its name for ever.
CREATE TABLE document_ops (
  session_id   uuid NOT NULL,
  document_id  uuid NOT NULL,
  replica      bigint NOT NULL,
  seq          bigint NOT NULL,
  events       bigint NOT NULL,
  author_id    uuid NOT NULL,
  position     bigint NOT NULL,
  ordinal      bigint NOT NULL,
  body         bytea NOT NULL,
  FOREIGN KEY (session_id, document_id) REFERENCES documents (session_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX document_ops_once ON document_ops (session_id, document_id, replica, seq);
CREATE INDEX document_ops_in_order ON document_ops (session_id, position, ordinal);

CREATE TABLE document_snapshots (
  session_id   uuid NOT NULL,
  document_id  uuid NOT NULL,
  position     bigint NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  body         bytea NOT NULL,
  PRIMARY KEY (session_id, document_id, position),
  FOREIGN KEY (session_id, document_id) REFERENCES documents (session_id, id) ON DELETE CASCADE
);

CREATE TABLE replicas (
  session_id      uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  replica         bigint NOT NULL,
  participant_id  uuid NOT NULL,
  request         bigint NOT NULL,
  retired         boolean NOT NULL DEFAULT false,
  PRIMARY KEY (session_id, replica)
);

CREATE TABLE path_rules (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id  uuid NOT NULL REFERENCES collaboration_sessions (id) ON DELETE CASCADE,
  pattern     text NOT NULL,
  role        text,
  user_id     uuid,
  access      text NOT NULL CHECK (access IN ('allow', 'deny', 'propose')),
  action      text NOT NULL CHECK (action IN ('read', 'write')),
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX path_rules_by_session ON path_rules (session_id);

CREATE TABLE audit_log (
  session_id  uuid NOT NULL,
  n           bigint NOT NULL,
  previous    bytea NOT NULL,
  time        timestamptz NOT NULL,
  actor_id    uuid,
  kind        text NOT NULL,
  data        jsonb NOT NULL DEFAULT '{}',
  hash        bytea NOT NULL,
  PRIMARY KEY (session_id, n)
);

-- Secrets of this hub that must outlive it; the database file is readable by its owner alone.
CREATE TABLE hub_keys (
  name        text PRIMARY KEY,
  value       bytea NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
