-- Keys of several columns that go down from table to table, and one that refers to its own table.

CREATE TABLE sites (
  region TEXT    NOT NULL,
  number INTEGER NOT NULL,
  staff  INTEGER,
  PRIMARY KEY (region, number)
);

CREATE TABLE halls (
  region TEXT    NOT NULL,
  number INTEGER NOT NULL,
  hall   INTEGER NOT NULL,
  name   TEXT,
  PRIMARY KEY (region, number, hall),
  FOREIGN KEY (region, number) REFERENCES sites (region, number)
);

CREATE TABLE racks (
  id     INTEGER PRIMARY KEY,
  region TEXT,
  number INTEGER,
  hall   INTEGER,
  height INTEGER NOT NULL,
  FOREIGN KEY (region, number, hall) REFERENCES halls (region, number, hall)
);

CREATE TABLE cables (
  id      INTEGER PRIMARY KEY,
  rack_id INTEGER REFERENCES racks (id),
  next_id INTEGER REFERENCES cables (id)
);

CREATE TABLE terms (
  book   TEXT    NOT NULL,
  entry  INTEGER NOT NULL,
  b_book TEXT,
  b_entry INTEGER,
  PRIMARY KEY (book, entry),
  FOREIGN KEY (b_book, b_entry) REFERENCES terms (book, entry)
);

-- == different: sites with two halls come twice
SELECT region, number FROM sites;
SELECT region, number FROM sites LEFT JOIN halls USING (region, number);

-- == same: a hall has one site
SELECT name FROM halls;
SELECT name FROM halls JOIN sites USING (region, number);

-- == different: halls with two racks come twice
SELECT region, number, hall FROM halls;
SELECT region, number, hall FROM halls LEFT JOIN racks USING (region, number, hall);

-- == different: the staff is added up once for each hall with racks
SELECT region, sum(staff) FROM sites GROUP BY region;
SELECT region, sum(staff) FROM sites LEFT JOIN (SELECT DISTINCT region, number, hall FROM halls JOIN racks USING (region, number, hall)) USING (region, number) GROUP BY region;

-- == different: four tables down
SELECT count(*) FROM sites;
SELECT count(*) FROM sites LEFT JOIN halls USING (region, number) LEFT JOIN racks USING (region, number, hall) LEFT JOIN cables ON cables.rack_id = racks.id;

-- == different: halls with more than two cables are left out
SELECT region, number, hall FROM halls h;
SELECT region, number, hall FROM halls h WHERE (SELECT count(*) FROM racks r JOIN cables c ON c.rack_id = r.id WHERE (r.region, r.number, r.hall) = (h.region, h.number, h.hall)) <= 2;

-- == different: racks with a cable to another of their own are left out
SELECT id FROM racks;
SELECT id FROM racks WHERE NOT EXISTS (SELECT 1 FROM cables c JOIN cables d ON d.id = c.next_id WHERE c.rack_id = racks.id AND d.rack_id = racks.id AND c.id <> d.id);

-- == different: sites without halls come too
SELECT region, number, count(*) FROM sites NATURAL JOIN halls GROUP BY region, number;
SELECT region, number, count(hall) FROM sites NATURAL LEFT JOIN halls GROUP BY region, number;

-- == same: the same by a row value
SELECT region, number, count(*) FROM sites NATURAL JOIN halls GROUP BY region, number;
SELECT s.region, s.number, count(*) FROM sites s JOIN halls h ON (h.region, h.number) = (s.region, s.number) GROUP BY 1, 2;

-- == different: two of the three columns of a key
SELECT r.id, h.name FROM racks r JOIN halls h USING (region, number, hall);
SELECT r.id, h.name FROM racks r JOIN halls h USING (region, number);

-- == different: a term that two others explain comes twice
SELECT book, entry FROM terms;
SELECT a.book, a.entry FROM terms a LEFT JOIN terms b ON (b.b_book, b.b_entry) = (a.book, a.entry);

-- == different: terms with three others below them are left out
SELECT book, entry FROM terms;
SELECT a.book, a.entry FROM terms a WHERE (SELECT count(*) FROM terms b WHERE (b.b_book, b.b_entry) = (a.book, a.entry)) < 3;

-- == different: terms with a chain of three below them are left out
SELECT book, entry FROM terms;
SELECT a.book, a.entry FROM terms a WHERE NOT EXISTS (SELECT 1 FROM terms b JOIN terms c ON (c.b_book, c.b_entry) = (b.book, b.entry) JOIN terms d ON (d.b_book, d.b_entry) = (c.book, c.entry) WHERE (b.b_book, b.b_entry) = (a.book, a.entry));

-- == different: a bound on the rowid is one on the id
SELECT height FROM racks;
SELECT height FROM racks WHERE rowid < 1000;

-- == different: a table shadowed by a part of it, which its _rowid_ tells
SELECT c.id, r.height FROM cables c JOIN racks r ON r.id = c.rack_id;
WITH racks AS (SELECT * FROM main.racks WHERE _rowid_ NOT IN (4711, 4712)) SELECT c.id, r.height FROM cables c JOIN racks r ON r.id = c.rack_id;

-- == same: the rowid is the id
SELECT height FROM racks WHERE id BETWEEN 5 AND 9;
SELECT height FROM racks WHERE rowid >= 5 AND oid < 10;
