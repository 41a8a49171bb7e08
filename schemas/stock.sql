CREATE TABLE stock (
  product_id INTEGER PRIMARY KEY,
  on_hand    INTEGER NOT NULL CHECK (on_hand >= 0)     -- not counting what is held
);

CREATE TABLE reservations (
  id          INTEGER PRIMARY KEY,
  product_id  INTEGER NOT NULL REFERENCES stock (product_id),
  customer_id INTEGER NOT NULL,
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  state       TEXT    NOT NULL CHECK (state IN ('held', 'bought', 'released')),
  expires_at  TEXT    NOT NULL                         -- of a hold
);
