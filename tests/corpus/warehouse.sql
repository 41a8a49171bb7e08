-- Generated columns, defaults, REAL columns, codes of a fixed form, views, an index on an expression.

CREATE TABLE parts (
  sku         TEXT    PRIMARY KEY NOT NULL CHECK (sku GLOB '[A-Z][A-Z]-[0-9][0-9]'),
  title       TEXT    NOT NULL DEFAULT 'unnamed',
  kind        TEXT    NOT NULL DEFAULT 'bolt' CHECK (kind IN ('bolt', 'nut', 'plate')),
  grams       REAL    NOT NULL CHECK (grams > 0),
  price_cents INTEGER NOT NULL DEFAULT 100 CHECK (price_cents >= 0),
  vat_cents   INTEGER GENERATED ALWAYS AS (price_cents / 5) VIRTUAL,
  gross_cents INTEGER AS (price_cents + price_cents / 5) STORED
);
CREATE UNIQUE INDEX one_title ON parts (lower(title)) WHERE title <> 'unnamed';

CREATE TABLE bins (
  aisle    TEXT    NOT NULL CHECK (length(aisle) = 1 AND aisle BETWEEN 'A' AND 'F'),
  slot     INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 99),
  capacity INTEGER CHECK (capacity > 0),
  PRIMARY KEY (aisle, slot)
);

CREATE TABLE moves (
  id       INTEGER PRIMARY KEY,
  sku      TEXT    NOT NULL REFERENCES parts (sku),
  aisle    TEXT,
  slot     INTEGER,
  delta    INTEGER NOT NULL CHECK (delta <> 0),
  moved_at TEXT    NOT NULL DEFAULT CURRENT_TIMESTAMP CHECK (moved_at IS datetime(moved_at)),
  day      TEXT    AS (date(moved_at)) STORED,
  FOREIGN KEY (aisle, slot) REFERENCES bins (aisle, slot)
);

CREATE VIEW on_hand AS SELECT sku, sum(delta) AS n FROM moves GROUP BY sku;
CREATE VIEW heavy AS SELECT * FROM parts WHERE grams >= 250.5;

-- == same: a generated column is its expression
SELECT sku, gross_cents FROM parts;
SELECT sku, price_cents + vat_cents FROM parts;

-- == different: the tax is cut off before it is added
SELECT sku, gross_cents FROM parts;
SELECT sku, price_cents * 1.2 FROM parts;

-- == same: the tax of whole cents, multiplied first
SELECT sku, gross_cents FROM parts;
SELECT sku, price_cents * 6 / 5 FROM parts;

-- == different: net for gross
SELECT sku FROM parts WHERE gross_cents > 600;
SELECT sku FROM parts WHERE price_cents > 600;

-- == different: 500 net is 600 gross
SELECT sku FROM parts WHERE gross_cents > 600;
SELECT sku FROM parts WHERE price_cents >= 500;

-- == same: above 500 net is above 600 gross
SELECT sku FROM parts WHERE gross_cents > 600;
SELECT sku FROM parts WHERE price_cents > 500;

-- == different: a view's threshold
SELECT sku FROM heavy;
SELECT sku FROM parts WHERE grams > 250.5;

-- == same: a view is its query
SELECT h.sku, o.n FROM heavy h LEFT JOIN on_hand o USING (sku);
SELECT p.sku, sum(m.delta) FROM parts p LEFT JOIN moves m ON m.sku = p.sku WHERE p.grams >= 250.5 GROUP BY p.sku;

-- == different: parts that never moved are not in the view
SELECT p.sku, coalesce(o.n, 0) FROM parts p LEFT JOIN on_hand o ON o.sku = p.sku;
SELECT sku, n FROM on_hand;

-- == different: nothing on hand is no row, or nought
SELECT p.sku FROM parts p LEFT JOIN on_hand o ON o.sku = p.sku WHERE coalesce(o.n, 0) <= 0;
SELECT sku FROM on_hand WHERE n <= 0;

-- == different: nothing on hand may be less than nothing
SELECT sku FROM on_hand WHERE n <= 0;
SELECT sku FROM on_hand WHERE n = 0;

-- == different: fewer than 10 on hand
SELECT sku FROM on_hand WHERE n < 10;
SELECT sku FROM on_hand WHERE n <= 10;

-- == different: a running stock that went below nought on the way
SELECT DISTINCT sku FROM (SELECT sku, sum(delta) OVER (PARTITION BY sku ORDER BY id) s FROM moves) WHERE s < 0;
SELECT sku FROM on_hand WHERE n < 0;

-- == different: a running stock in another order
SELECT id, sum(delta) OVER (PARTITION BY sku ORDER BY id) FROM moves;
SELECT id, sum(delta) OVER (PARTITION BY sku ORDER BY moved_at, id) FROM moves;

-- == same: a running stock by a subquery
SELECT id, sum(delta) OVER (PARTITION BY sku ORDER BY id) FROM moves;
SELECT id, (SELECT sum(delta) FROM moves n WHERE n.sku = m.sku AND n.id <= m.id) FROM moves m;

-- == different: in and out told apart
SELECT sku, sum(delta) FILTER (WHERE delta > 0) FROM moves GROUP BY sku;
SELECT sku, sum(CASE WHEN delta > 0 THEN delta ELSE 0 END) FROM moves GROUP BY sku;

-- == same: TOTAL is SUM with nought, but REAL
SELECT sku, sum(CASE WHEN delta > 0 THEN delta ELSE 0 END) FROM moves GROUP BY sku;
SELECT sku, total(delta) FILTER (WHERE delta > 0) FROM moves GROUP BY sku;

-- == different: moves of a slot in another aisle
SELECT m.id, b.capacity FROM moves m JOIN bins b ON b.aisle = m.aisle AND b.slot = m.slot;
SELECT m.id, b.capacity FROM moves m JOIN bins b ON b.slot = m.slot;

-- == different: moves without a bin
SELECT m.id, b.capacity FROM moves m LEFT JOIN bins b USING (aisle, slot);
SELECT m.id, b.capacity FROM moves m JOIN bins b USING (aisle, slot);

-- == different: a key that is NULL in part points nowhere
SELECT id FROM moves WHERE aisle IS NULL OR slot IS NULL;
SELECT id FROM moves WHERE aisle IS NULL;

-- == same: a reference that is whole finds its row
SELECT id FROM moves WHERE aisle IS NOT NULL AND slot IS NOT NULL;
SELECT m.id FROM moves m JOIN bins b ON (m.aisle, m.slot) = (b.aisle, b.slot);

-- == different: bins never used
SELECT aisle, slot FROM bins EXCEPT SELECT aisle, slot FROM moves;
SELECT aisle, slot FROM bins WHERE slot NOT IN (SELECT slot FROM moves WHERE slot IS NOT NULL);

-- == same: bins never used, two ways
SELECT aisle, slot FROM bins EXCEPT SELECT aisle, slot FROM moves;
SELECT aisle, slot FROM bins b WHERE NOT EXISTS (SELECT 1 FROM moves m WHERE m.aisle = b.aisle AND m.slot = b.slot);

-- == different: row values and NOT IN with NULL
SELECT aisle, slot FROM bins b WHERE NOT EXISTS (SELECT 1 FROM moves m WHERE m.aisle = b.aisle AND m.slot = b.slot);
SELECT aisle, slot FROM bins WHERE (aisle, slot) NOT IN (SELECT aisle, slot FROM moves);

-- == different: fuller than its capacity
SELECT b.aisle, b.slot FROM bins b JOIN moves m USING (aisle, slot) GROUP BY b.aisle, b.slot HAVING sum(m.delta) > max(b.capacity);
SELECT b.aisle, b.slot FROM bins b JOIN moves m USING (aisle, slot) GROUP BY b.aisle, b.slot HAVING sum(m.delta) >= max(b.capacity);

-- == different: an aisle by its first letter, or by a range that leaves out its end
SELECT aisle, slot FROM bins WHERE aisle BETWEEN 'B' AND 'D';
SELECT aisle, slot FROM bins WHERE aisle >= 'B' AND aisle < 'D';

-- == same: an aisle is one letter
SELECT aisle, slot FROM bins WHERE aisle BETWEEN 'B' AND 'D';
SELECT aisle, slot FROM bins WHERE aisle IN ('B', 'C', 'D');

-- == different: a prefix of the code
SELECT sku FROM parts WHERE sku LIKE 'AB-%';
SELECT sku FROM parts WHERE sku LIKE 'A%';

-- == different: an underscore for any letter
SELECT sku FROM parts WHERE sku LIKE 'A_-1_';
SELECT sku FROM parts WHERE sku LIKE 'A_-_1';

-- == same: a prefix, by LIKE, GLOB and SUBSTR, where the form is promised
SELECT sku FROM parts WHERE sku LIKE 'AB-%';
SELECT sku FROM parts WHERE substr(sku, 1, 2) = 'AB';

-- == same: the number of a code
SELECT sku, CAST(substr(sku, 4) AS INTEGER) FROM parts;
SELECT sku, CAST(substr(sku, -2) AS INTEGER) FROM parts;

-- == different: the number of a code, off by one
SELECT sku, CAST(substr(sku, 4) AS INTEGER) FROM parts;
SELECT sku, CAST(substr(sku, 5) AS INTEGER) FROM parts;

-- == different: the number of a code, and its sign
SELECT sku, CAST(substr(sku, 4) AS INTEGER) FROM parts;
SELECT sku, CAST(substr(sku, 3) AS INTEGER) FROM parts;

-- == different: codes from 10 to 19
SELECT sku FROM parts WHERE sku GLOB '*-1[0-9]';
SELECT sku FROM parts WHERE sku GLOB '*-1[0-8]';

-- == different: heavier than the average of its kind
SELECT sku FROM parts p WHERE grams > (SELECT avg(grams) FROM parts q WHERE q.kind = p.kind);
SELECT sku FROM parts p WHERE grams > (SELECT avg(grams) FROM parts q);

-- == different: the heaviest of each kind, all of them
SELECT sku FROM parts p WHERE grams = (SELECT max(grams) FROM parts q WHERE q.kind = p.kind);
SELECT max(sku) FROM parts p GROUP BY kind HAVING grams = max(grams);

-- == same: heavier by a factor
SELECT sku FROM parts WHERE grams * 2 > 3;
SELECT sku FROM parts WHERE grams > 1.5;

-- == different: kilograms, rounded
SELECT sku, grams / 1000 FROM parts;
SELECT sku, round(grams / 1000, 2) FROM parts;

-- == different: a kind that no part has is not in the list
SELECT k.column1, count(p.sku) FROM (VALUES ('bolt'), ('nut'), ('plate')) k LEFT JOIN parts p ON p.kind = k.column1 GROUP BY 1;
SELECT kind, count(*) FROM parts GROUP BY kind;

-- == different: the default title is no title
SELECT count(*) FROM parts WHERE title <> 'unnamed';
SELECT count(*) FROM parts;

-- == same: titles are different whatever their case
SELECT count(*) FROM parts WHERE title <> 'unnamed';
SELECT count(DISTINCT lower(title)) FROM parts WHERE title <> 'unnamed';

-- == different: moves of a day, with the next midnight
SELECT id FROM moves WHERE day = '2025-06-30';
SELECT id FROM moves WHERE moved_at BETWEEN '2025-06-30 00:00:00' AND '2025-07-01 00:00:00';

-- == same: a stored day is the day
SELECT id FROM moves WHERE day = '2025-06-30';
SELECT id FROM moves WHERE moved_at >= '2025-06-30' AND moved_at < '2025-07-01';

-- == different: days without moves leave gaps in a LAG
SELECT day, sum(delta) - lag(sum(delta)) OVER (ORDER BY day) FROM moves GROUP BY day;
SELECT a.day, a.s - b.s FROM (SELECT day, sum(delta) s FROM moves GROUP BY day) a LEFT JOIN (SELECT day, sum(delta) s FROM moves GROUP BY day) b ON b.day = date(a.day, '-1 day');

-- == different: three days in a row, not three moves
SELECT DISTINCT a.sku FROM moves a JOIN moves b ON b.sku = a.sku AND b.day = date(a.day, '+1 day') JOIN moves c ON c.sku = a.sku AND c.day = date(a.day, '+2 days');
SELECT DISTINCT sku FROM (SELECT sku, day, lead(day, 2) OVER (PARTITION BY sku ORDER BY day) d FROM moves) WHERE d = date(day, '+2 days');

-- == same: days in a row, by a gap and an island
SELECT sku, min(day), max(day) FROM (SELECT sku, day, julianday(day) - row_number() OVER (PARTITION BY sku ORDER BY day) g FROM (SELECT DISTINCT sku, day FROM moves)) GROUP BY sku, g;
SELECT sku, min(day), max(day) FROM (SELECT sku, day, date(day, '-' || row_number() OVER (PARTITION BY sku ORDER BY day) || ' days') g FROM moves GROUP BY sku, day) GROUP BY sku, g;

-- == different: islands of rows instead of days
SELECT sku, min(day), max(day) FROM (SELECT sku, day, julianday(day) - row_number() OVER (PARTITION BY sku ORDER BY day) g FROM (SELECT DISTINCT sku, day FROM moves)) GROUP BY sku, g;
SELECT sku, min(day), max(day) FROM (SELECT sku, day, julianday(day) - row_number() OVER (PARTITION BY sku ORDER BY day) g FROM moves) GROUP BY sku, g;

-- == different ordered: by weight, then by code
SELECT sku, grams FROM parts ORDER BY grams DESC, sku;
SELECT sku, grams FROM parts ORDER BY grams DESC;

-- == different ordered: a LIMIT with a tie at its end
SELECT sku FROM parts ORDER BY price_cents DESC, sku LIMIT 3;
SELECT sku FROM parts ORDER BY price_cents DESC, sku DESC LIMIT 3;

-- == different: with ties, or without
SELECT sku FROM parts WHERE price_cents IN (SELECT price_cents FROM parts ORDER BY price_cents DESC LIMIT 3);
SELECT sku FROM parts WHERE price_cents IN (SELECT DISTINCT price_cents FROM parts ORDER BY price_cents DESC LIMIT 3);

-- == different: a join that only USING names repeats the bins that moved
SELECT aisle, sum(capacity) FROM bins GROUP BY aisle;
SELECT aisle, sum(capacity) FROM bins LEFT JOIN moves USING (aisle, slot) GROUP BY aisle;

-- == same: a join that finds one row at the most repeats nothing
SELECT moved_at, delta FROM moves;
SELECT moved_at, delta FROM moves LEFT JOIN bins USING (aisle, slot);

-- == different: parts that moved twice come twice
SELECT sku FROM parts;
SELECT sku FROM parts NATURAL LEFT JOIN moves;

-- == different: a view joined by USING
SELECT sku FROM parts;
SELECT sku FROM parts JOIN on_hand USING (sku);

-- == different: bins that moved three times are left out
SELECT aisle, slot FROM bins WHERE true;
SELECT aisle, slot FROM bins EXCEPT SELECT aisle, slot FROM bins JOIN moves USING (aisle, slot) GROUP BY 1, 2 HAVING count(*) > 2;

-- == different: bins into which two parts moved are left out
SELECT aisle, slot FROM bins WHERE true;
SELECT aisle, slot FROM bins b WHERE (SELECT count(DISTINCT sku) FROM moves m WHERE (m.aisle, m.slot) = (b.aisle, b.slot)) < 2;
