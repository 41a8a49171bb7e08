-- Accounts, transfers between them, and the keys that make a payment request safe to repeat.

CREATE TABLE accounts (
  id            INTEGER PRIMARY KEY,
  owner         TEXT    NOT NULL,
  opening_cents INTEGER NOT NULL DEFAULT 0 CHECK (opening_cents >= 0),
  balance_cents INTEGER NOT NULL CHECK (balance_cents >= 0),
  version       INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
  closed_at     TEXT                                   -- NULL: open
);

CREATE TABLE transfers (
  id           INTEGER PRIMARY KEY,
  from_account INTEGER NOT NULL REFERENCES accounts (id),
  to_account   INTEGER NOT NULL REFERENCES accounts (id),
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  created_at   TEXT    NOT NULL,
  CHECK (from_account <> to_account)
);

CREATE TABLE idempotency_keys (
  client_id    INTEGER NOT NULL,
  request_key  TEXT    NOT NULL,
  request_hash TEXT    NOT NULL,                       -- of the request's body
  transfer_id  INTEGER REFERENCES transfers (id),      -- the stored answer; NULL: not finished
  created_at   TEXT    NOT NULL,
  PRIMARY KEY (client_id, request_key)
);
