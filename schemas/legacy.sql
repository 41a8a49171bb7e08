-- A table as one finds it: what the migrations start from. Here alone, money is a float and a day is 'DD/MM/YYYY'.

CREATE TABLE invoices (
  id       INTEGER PRIMARY KEY,
  customer TEXT    NOT NULL,
  total    REAL    NOT NULL CHECK (total >= 0),        -- in euros, at most two decimals, at most 100000
  issued   TEXT    NOT NULL,                           -- 'DD/MM/YYYY'
  paid     TEXT    CHECK (paid IN ('Y', 'N'))          -- NULL: nobody knows
);
CREATE INDEX invoices_by_customer ON invoices (customer);
