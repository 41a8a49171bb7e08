CREATE TABLE visitors (
  id           INTEGER PRIMARY KEY,
  country      TEXT    NOT NULL,
  signed_up_at TEXT    NOT NULL
);

CREATE TABLE page_views (
  id         INTEGER PRIMARY KEY,
  visitor_id INTEGER REFERENCES visitors (id),         -- NULL: not signed in
  path       TEXT    NOT NULL,
  viewed_at  TEXT    NOT NULL
);

CREATE TABLE sessions (
  id         INTEGER PRIMARY KEY,
  visitor_id INTEGER NOT NULL REFERENCES visitors (id),
  started_at TEXT    NOT NULL,
  ended_at   TEXT    CHECK (ended_at > started_at)     -- NULL: still open
);

CREATE TABLE logins (
  id           INTEGER PRIMARY KEY,
  visitor_id   INTEGER NOT NULL REFERENCES visitors (id),
  succeeded    INTEGER NOT NULL CHECK (succeeded IN (0, 1)),
  attempted_at TEXT    NOT NULL
);
