-- Days and moments as text, held to their format by CHECKs; CHECKs that tie columns together; a key that holds for
-- some rows only.

CREATE TABLE rooms (
  number     INTEGER PRIMARY KEY,
  floor      INTEGER NOT NULL DEFAULT 1,
  beds       INTEGER NOT NULL CHECK (beds BETWEEN 1 AND 6),
  rate_cents INTEGER NOT NULL CHECK (rate_cents > 0),
  closed_on  TEXT    CHECK (closed_on IS date(closed_on))
);

CREATE TABLE guests (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL,
  email TEXT UNIQUE,
  born  TEXT CHECK (born IS date(born))
);

CREATE TABLE bookings (
  id           INTEGER PRIMARY KEY,
  room         INTEGER NOT NULL REFERENCES rooms,
  guest        INTEGER NOT NULL REFERENCES guests,
  arrives      TEXT    NOT NULL CHECK (arrives IS date(arrives)),
  departs      TEXT    NOT NULL CHECK (departs IS date(departs)),
  booked       TEXT    NOT NULL CHECK (booked IS datetime(booked)),
  cancelled    TEXT    CHECK (cancelled IS datetime(cancelled)),
  CHECK (departs > arrives),
  CHECK (cancelled >= booked)
);
CREATE UNIQUE INDEX one_stay ON bookings (room, arrives) WHERE cancelled IS NULL;

CREATE TABLE charges (
  booking INTEGER NOT NULL REFERENCES bookings,
  line    INTEGER NOT NULL,
  cents   INTEGER NOT NULL CHECK (cents <> 0),
  what    TEXT    NOT NULL CHECK (what IN ('night', 'bar', 'tax', 'refund')),
  PRIMARY KEY (booking, line),
  CHECK ((what = 'refund') = (cents < 0))
);

-- == different: a stay that leaves on the day another arrives is no clash
SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.room = b.room AND a.id < b.id WHERE a.arrives < b.departs AND b.arrives < a.departs AND a.cancelled IS NULL AND b.cancelled IS NULL;
SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.room = b.room AND a.id < b.id WHERE a.arrives <= b.departs AND b.arrives <= a.departs AND a.cancelled IS NULL AND b.cancelled IS NULL;

-- == different: a clash with a stay that was cancelled
SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.room = b.room AND a.id < b.id WHERE a.arrives < b.departs AND b.arrives < a.departs AND a.cancelled IS NULL AND b.cancelled IS NULL;
SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.room = b.room AND a.id < b.id WHERE a.arrives < b.departs AND b.arrives < a.departs AND a.cancelled IS NULL;

-- == same: two stays in one room from one day on cannot both hold
SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.room = b.room AND a.arrives <= b.arrives AND b.arrives < a.departs AND a.id <> b.id WHERE a.cancelled IS NULL AND b.cancelled IS NULL;
SELECT a.id, b.id FROM bookings a JOIN bookings b ON a.room = b.room AND a.arrives < b.arrives AND b.arrives < a.departs WHERE a.cancelled IS NULL AND b.cancelled IS NULL;

-- == different: cancelled ones may share room and day
SELECT room, arrives, count(*) FROM bookings WHERE cancelled IS NULL GROUP BY room, arrives;
SELECT room, arrives, count(*) FROM bookings GROUP BY room, arrives;

-- == same: a partial key makes the count one
SELECT room, arrives, count(*) FROM bookings WHERE cancelled IS NULL GROUP BY room, arrives;
SELECT room, arrives, 1 FROM bookings WHERE cancelled IS NULL;

-- == different: free on a night is not never booked
SELECT number FROM rooms r WHERE NOT EXISTS (SELECT 1 FROM bookings b WHERE b.room = r.number AND b.cancelled IS NULL AND b.arrives <= '2025-08-10' AND b.departs > '2025-08-10');
SELECT number FROM rooms r WHERE NOT EXISTS (SELECT 1 FROM bookings b WHERE b.room = r.number AND b.cancelled IS NULL AND b.arrives <= '2025-08-10' AND b.departs >= '2025-08-10');

-- == different: free on a night, by rows that are not that night
SELECT number FROM rooms r WHERE NOT EXISTS (SELECT 1 FROM bookings b WHERE b.room = r.number AND b.arrives <= '2025-08-10' AND b.departs > '2025-08-10');
SELECT DISTINCT r.number FROM rooms r LEFT JOIN bookings b ON b.room = r.number WHERE b.id IS NULL OR NOT (b.arrives <= '2025-08-10' AND b.departs > '2025-08-10');

-- == different: nights between two days
SELECT id, julianday(departs) - julianday(arrives) FROM bookings;
SELECT id, julianday(departs) - julianday(arrives) + 1 FROM bookings;

-- == different: nights by the day of the month
SELECT id, CAST(julianday(departs) - julianday(arrives) AS INTEGER) FROM bookings;
SELECT id, CAST(strftime('%d', departs) AS INTEGER) - CAST(strftime('%d', arrives) AS INTEGER) FROM bookings;

-- == same: nights by seconds
SELECT id, CAST(julianday(departs) - julianday(arrives) AS INTEGER) FROM bookings;
SELECT id, (unixepoch(departs) - unixepoch(arrives)) / 86400 FROM bookings;

-- == different: nights by the day of the year
SELECT id, CAST(julianday(departs) - julianday(arrives) AS INTEGER) FROM bookings;
SELECT id, CAST(strftime('%j', departs) AS INTEGER) - CAST(strftime('%j', arrives) AS INTEGER) FROM bookings;

-- == different: a month on from the end of January
SELECT id, date(arrives, '+1 month') FROM bookings;
SELECT id, date(arrives, '+30 days') FROM bookings;

-- == different: the last day of the month, by a month and a day
SELECT id, date(arrives, 'start of month', '+1 month', '-1 day') FROM bookings;
SELECT id, date(arrives, '+1 month', 'start of month', '-1 day') FROM bookings;

-- == different: a year of 365 days
SELECT id FROM guests WHERE date(born, '+18 years') <= '2025-03-01';
SELECT id FROM guests WHERE date(born, '+6570 days') <= '2025-03-01';

-- == different: an age that forgets the day
SELECT id, 2025 - CAST(substr(born, 1, 4) AS INTEGER) - (substr(born, 6) > '06-15') FROM guests;
SELECT id, 2025 - CAST(substr(born, 1, 4) AS INTEGER) FROM guests;

-- == different: an age that is a day late
SELECT id, 2025 - CAST(substr(born, 1, 4) AS INTEGER) - (substr(born, 6) > '06-15') FROM guests;
SELECT id, 2025 - CAST(substr(born, 1, 4) AS INTEGER) - (substr(born, 6) >= '06-15') FROM guests;

-- == different any-day: last month, by thirty days
SELECT id FROM bookings WHERE booked >= date('now', 'start of month', '-1 month') AND booked < date('now', 'start of month');
SELECT id FROM bookings WHERE booked >= date('now', '-30 days') AND booked < date('now', 'start of month');

-- == different any-day: last month, from the day of the month that may not be
SELECT id FROM bookings WHERE booked >= date('now', 'start of month', '-1 month') AND booked < date('now', 'start of month');
SELECT id FROM bookings WHERE strftime('%Y-%m', booked) = strftime('%Y-%m', 'now', '-1 month');

-- == same any-day: last month by its text
SELECT id FROM bookings WHERE booked >= date('now', 'start of month', '-1 month') AND booked < date('now', 'start of month');
SELECT id FROM bookings WHERE strftime('%Y-%m', booked) = strftime('%Y-%m', 'now', 'start of month', '-1 day');

-- == different any-day: last month, of any year
SELECT id FROM bookings WHERE booked >= date('now', 'start of month', '-1 month') AND booked < date('now', 'start of month');
SELECT id FROM bookings WHERE strftime('%m', booked) = strftime('%m', date('now', 'start of month', '-1 month'));

-- == different any-day: today's date as a constant
SELECT id FROM bookings WHERE arrives >= date('now');
SELECT id FROM bookings WHERE arrives >= '2026-03-15';

-- == different any-day: a moment compared with a day
SELECT id FROM bookings WHERE date(booked) = date('now');
SELECT id FROM bookings WHERE booked = date('now');

-- == different any-day: within seven days, to the second or to the day
SELECT id FROM bookings WHERE booked >= datetime('now', '-7 days');
SELECT id FROM bookings WHERE booked >= date('now', '-7 days');

-- == same any-day: this year
SELECT id FROM bookings WHERE booked >= date('now', 'start of year') AND booked < date('now', 'start of year', '+1 year');
SELECT id FROM bookings WHERE substr(booked, 1, 4) = strftime('%Y', 'now');

-- == different: cancelled within a day of booking
SELECT id FROM bookings WHERE unixepoch(cancelled) - unixepoch(booked) <= 86400;
SELECT id FROM bookings WHERE date(cancelled) = date(booked);

-- == different: within a day, and the limit itself
SELECT id FROM bookings WHERE unixepoch(cancelled) - unixepoch(booked) <= 86400;
SELECT id FROM bookings WHERE unixepoch(cancelled) - unixepoch(booked) < 86400;

-- == same: within a day, added instead of subtracted
SELECT id FROM bookings WHERE unixepoch(cancelled) - unixepoch(booked) <= 86400;
SELECT id FROM bookings WHERE cancelled <= datetime(booked, '+1 day');

-- == same: what the CHECK says needs no asking
SELECT id FROM bookings WHERE cancelled IS NOT NULL;
SELECT id FROM bookings WHERE cancelled >= booked;

-- == same: a stay is at least a night
SELECT count(*) FROM bookings WHERE julianday(departs) - julianday(arrives) >= 1;
SELECT count(*) FROM bookings;

-- == different: at least two nights
SELECT count(*) FROM bookings WHERE julianday(departs) - julianday(arrives) >= 2;
SELECT count(*) FROM bookings WHERE julianday(departs) - julianday(arrives) >= 1;

-- == different: more than a week
SELECT id FROM bookings WHERE julianday(departs) - julianday(arrives) > 7;
SELECT id FROM bookings WHERE julianday(departs) - julianday(arrives) >= 7;

-- == same: refunds are the negative charges
SELECT booking, cents FROM charges WHERE what = 'refund';
SELECT booking, cents FROM charges WHERE cents < 0;

-- == different: refunds lower the bill
SELECT booking, sum(cents) FROM charges GROUP BY booking;
SELECT booking, sum(abs(cents)) FROM charges GROUP BY booking;

-- == different: bills without their refunds
SELECT booking, sum(cents) FROM charges GROUP BY booking;
SELECT booking, sum(cents) FROM charges WHERE cents > 0 GROUP BY booking;

-- == different: a word of the list is missing
SELECT booking, sum(cents) FROM charges WHERE what IN ('night', 'bar', 'tax') GROUP BY booking;
SELECT booking, sum(cents) FROM charges WHERE what IN ('night', 'tax') GROUP BY booking;

-- == same: all words but one
SELECT booking, sum(cents) FROM charges WHERE what IN ('night', 'bar', 'tax') GROUP BY booking;
SELECT booking, sum(cents) FROM charges WHERE what <> 'refund' GROUP BY booking;

-- == different: guests with no stay spend nothing
SELECT g.id, coalesce(sum(c.cents), 0) FROM guests g LEFT JOIN bookings b ON b.guest = g.id LEFT JOIN charges c ON c.booking = b.id GROUP BY g.id;
SELECT g.id, coalesce(sum(c.cents), 0) FROM guests g LEFT JOIN bookings b ON b.guest = g.id JOIN charges c ON c.booking = b.id GROUP BY g.id;

-- == different: stays counted once for each charge
SELECT g.id, count(DISTINCT b.id), sum(c.cents) FROM guests g JOIN bookings b ON b.guest = g.id JOIN charges c ON c.booking = b.id GROUP BY g.id;
SELECT g.id, count(b.id), sum(c.cents) FROM guests g JOIN bookings b ON b.guest = g.id JOIN charges c ON c.booking = b.id GROUP BY g.id;

-- == different: SUM of DISTINCT amounts drops equal ones
SELECT booking, sum(cents) FROM charges GROUP BY booking;
SELECT booking, sum(DISTINCT cents) FROM charges GROUP BY booking;

-- == different: guests of one name
SELECT g.name, count(b.id) FROM guests g JOIN bookings b ON b.guest = g.id GROUP BY g.id;
SELECT g.name, count(b.id) FROM guests g JOIN bookings b ON b.guest = g.id GROUP BY g.name;

-- == different: guests with no address are not one guest
SELECT email, count(*) FROM guests GROUP BY id;
SELECT email, count(*) FROM guests GROUP BY email;

-- == same: an address that is there stands once
SELECT email, count(*) FROM guests WHERE email IS NOT NULL GROUP BY id;
SELECT email, count(*) FROM guests WHERE email IS NOT NULL GROUP BY email;

-- == different: beds of more than four
SELECT number FROM rooms WHERE beds > 4;
SELECT number FROM rooms WHERE beds = 5;

-- == same: the CHECK leaves two numbers
SELECT number FROM rooms WHERE beds > 4;
SELECT number FROM rooms WHERE beds IN (5, 6);

-- == different: half the rate, in whole cents
SELECT number, rate_cents / 2.0 FROM rooms;
SELECT number, rate_cents / 2 FROM rooms;

-- == different: 15 % of the rate, rounded or cut off
SELECT number, CAST(round(rate_cents * 0.15) AS INTEGER) FROM rooms;
SELECT number, rate_cents * 15 / 100 FROM rooms;

-- == different: rooms not closed on a day
SELECT number FROM rooms WHERE closed_on IS NULL OR closed_on > '2025-08-10';
SELECT number FROM rooms WHERE closed_on > '2025-08-10';

-- == different: the guest of the first booking of each room, by a bare column
SELECT room, guest FROM (SELECT *, row_number() OVER (PARTITION BY room ORDER BY booked, id) n FROM bookings) WHERE n = 1;
SELECT room, guest FROM bookings GROUP BY room;

-- == different: a bare column beside MIN, where two are the first
SELECT room, id FROM (SELECT *, row_number() OVER (PARTITION BY room ORDER BY arrives, id DESC) n FROM bookings) WHERE n = 1;
SELECT room, max(id) FROM bookings GROUP BY room;

-- == different ordered: the dearest first, and of one rate the lower number
SELECT number, rate_cents FROM rooms ORDER BY rate_cents DESC, number;
SELECT number, rate_cents FROM rooms ORDER BY rate_cents, number;

-- == different ordered: a second key that falls too
SELECT number, beds FROM rooms ORDER BY beds DESC, number DESC;
SELECT number, beds FROM rooms ORDER BY beds DESC, number;

-- == different ordered: the order is that of numbers, not of text
SELECT number FROM rooms ORDER BY number;
SELECT number FROM rooms ORDER BY CAST(number AS TEXT);

-- == different: every night of a stay has a row
WITH RECURSIVE n (id, night, last) AS (SELECT id, arrives, departs FROM bookings UNION ALL SELECT id, date(night, '+1 day'), last FROM n WHERE date(night, '+1 day') < last) SELECT night, count(*) FROM n GROUP BY night;
WITH RECURSIVE n (id, night, last) AS (SELECT id, arrives, departs FROM bookings UNION ALL SELECT id, date(night, '+1 day'), last FROM n WHERE date(night, '+1 day') <= last) SELECT night, count(*) FROM n GROUP BY night;

-- == different: months with no arrival have a row too
WITH RECURSIVE m (first) AS (VALUES ('2025-01-01') UNION ALL SELECT date(first, '+1 month') FROM m WHERE first < '2025-12-01') SELECT substr(first, 1, 7), count(b.id) FROM m LEFT JOIN bookings b ON substr(b.arrives, 1, 7) = substr(first, 1, 7) GROUP BY 1;
SELECT substr(arrives, 1, 7), count(*) FROM bookings WHERE arrives >= '2025-01-01' AND arrives < '2026-01-01' GROUP BY 1;

-- == different: a calendar that ends a month early
WITH RECURSIVE m (first) AS (VALUES ('2025-01-01') UNION ALL SELECT date(first, '+1 month') FROM m WHERE first < '2025-12-01') SELECT substr(first, 1, 7), count(b.id) FROM m LEFT JOIN bookings b ON substr(b.arrives, 1, 7) = substr(first, 1, 7) GROUP BY 1;
WITH RECURSIVE m (first) AS (VALUES ('2025-01-01') UNION ALL SELECT date(first, '+1 month') FROM m WHERE first < '2025-11-01') SELECT substr(first, 1, 7), count(b.id) FROM m LEFT JOIN bookings b ON substr(b.arrives, 1, 7) = substr(first, 1, 7) GROUP BY 1;
