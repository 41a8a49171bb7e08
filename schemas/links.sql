-- A URL shortener.

CREATE TABLE links (
  id         INTEGER PRIMARY KEY,
  code       TEXT    NOT NULL UNIQUE,                  -- upper and lower case are told apart
  url        TEXT    NOT NULL,
  owner_id   INTEGER NOT NULL,
  created_at TEXT    NOT NULL,
  expires_at TEXT                                      -- NULL: never
);

CREATE TABLE clicks (
  id         INTEGER PRIMARY KEY,
  link_id    INTEGER NOT NULL REFERENCES links (id),
  clicked_at TEXT    NOT NULL,
  country    TEXT                                      -- NULL: unknown
);
