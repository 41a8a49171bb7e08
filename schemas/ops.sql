-- Job queue, outbox of webhooks, read model of a consumer, API requests, roles.

CREATE TABLE jobs (
  id          INTEGER PRIMARY KEY,
  kind        TEXT    NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead')),
  priority    INTEGER NOT NULL DEFAULT 0,              -- the higher, the sooner
  run_at      TEXT    NOT NULL,                        -- not to be started before
  attempts    INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  worker      TEXT,
  lease_until TEXT,
  CHECK ((state = 'running') = (worker IS NOT NULL)),
  CHECK ((state = 'running') = (lease_until IS NOT NULL))
);

CREATE TABLE outbox (
  id              INTEGER PRIMARY KEY,
  topic           TEXT    NOT NULL,
  entity_id       INTEGER NOT NULL,
  payload         TEXT    NOT NULL,
  created_at      TEXT    NOT NULL,
  attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at TEXT,                                -- NULL: delivered, or given up
  delivered_at    TEXT,
  CHECK (delivered_at IS NULL OR next_attempt_at IS NULL)
);

CREATE TABLE delivery_attempts (
  id           INTEGER PRIMARY KEY,
  outbox_id    INTEGER NOT NULL REFERENCES outbox (id),
  attempted_at TEXT    NOT NULL,
  http_status  INTEGER                                 -- NULL: timed out
);

CREATE TABLE order_view (                              -- what a consumer of events knows of each order
  order_id INTEGER PRIMARY KEY,
  version  INTEGER NOT NULL CHECK (version > 0),
  status   TEXT    NOT NULL
);

CREATE TABLE api_requests (
  id           INTEGER PRIMARY KEY,
  client_id    INTEGER NOT NULL,
  path         TEXT    NOT NULL,
  http_status  INTEGER NOT NULL,
  requested_at TEXT    NOT NULL
);

CREATE TABLE rate_windows (
  client_id    INTEGER NOT NULL,
  window_start TEXT    NOT NULL,                       -- a full minute
  hits         INTEGER NOT NULL CHECK (hits > 0),
  PRIMARY KEY (client_id, window_start)
);

CREATE TABLE staff (
  id          INTEGER PRIMARY KEY,
  name        TEXT    NOT NULL,
  disabled_at TEXT                                     -- NULL: may sign in
);

CREATE TABLE roles (
  id        INTEGER PRIMARY KEY,
  name      TEXT    NOT NULL UNIQUE,
  parent_id INTEGER REFERENCES roles (id)              -- a role may do whatever its parent may; cycles can be entered
);

CREATE TABLE role_permissions (
  role_id    INTEGER NOT NULL REFERENCES roles (id),
  permission TEXT    NOT NULL,                         -- 'post:delete'
  PRIMARY KEY (role_id, permission)
);

CREATE TABLE staff_roles (
  staff_id   INTEGER NOT NULL REFERENCES staff (id),
  role_id    INTEGER NOT NULL REFERENCES roles (id),
  granted_at TEXT    NOT NULL,
  PRIMARY KEY (staff_id, role_id)
);
