-- Tables with no keys at all: rows may be equal through and through, everything may be NULL.

CREATE TABLE readings (
  sensor   TEXT,
  taken_at TIMESTAMP,
  value    REAL
);

CREATE TABLE sensors (
  name  TEXT,
  room  TEXT,
  low   REAL,
  high  REAL,
  since DATE
);

CREATE TABLE alarms (
  sensor TEXT NOT NULL,
  level  INT  NOT NULL DEFAULT 1,
  raised TIMESTAMP NOT NULL,
  ended  TIMESTAMP
);

CREATE TABLE counts (n INT, m INT);

-- == different: equal rows count each
SELECT sensor, value FROM readings;
SELECT DISTINCT sensor, value FROM readings;

-- == different: COUNT of a column leaves NULL out
SELECT sensor, count(*) FROM readings GROUP BY sensor;
SELECT sensor, count(value) FROM readings GROUP BY sensor;

-- == different: COUNT of different values
SELECT sensor, count(value) FROM readings GROUP BY sensor;
SELECT sensor, count(DISTINCT value) FROM readings GROUP BY sensor;

-- == same: COUNT with a constant
SELECT sensor, count(*) FROM readings GROUP BY sensor;
SELECT sensor, count('x') FROM readings GROUP BY sensor;

-- == different: NULL is a group too
SELECT sensor, count(*) FROM readings GROUP BY sensor;
SELECT sensor, count(*) FROM readings WHERE sensor IS NOT NULL GROUP BY sensor;

-- == different: a COUNT of nothing without GROUP BY is one row
SELECT count(*) FROM readings WHERE value > 30;
SELECT count(*) FROM readings WHERE value > 30 GROUP BY NULL;

-- == same: COUNT, by SUM and by FILTER
SELECT count(*) FROM readings WHERE value > 30;
SELECT coalesce(sum(CASE WHEN value > 30 THEN 1 ELSE 0 END), 0) FROM readings;

-- == different: CASE without ELSE gives NULL, and the sum of it
SELECT count(*) FROM readings WHERE value > 30;
SELECT sum(CASE WHEN value > 30 THEN 1 END) FROM readings;

-- == different: COUNT counts noughts
SELECT count(*) FROM readings WHERE value > 30;
SELECT count(CASE WHEN value > 30 THEN 1 ELSE 0 END) FROM readings;

-- == different: the threshold itself, in a REAL
SELECT sensor FROM readings WHERE value >= 21.5;
SELECT sensor FROM readings WHERE value > 21.5;

-- == different: a fraction cut off
SELECT sensor FROM readings WHERE value > 21.5;
SELECT sensor FROM readings WHERE value > 21;

-- == different: a fraction cut off below nought
SELECT sensor, CAST(value AS INTEGER) FROM readings WHERE value < 0;
SELECT sensor, round(value) FROM readings WHERE value < 0;

-- == different: BETWEEN takes in both ends
SELECT sensor FROM readings WHERE value >= 18 AND value < 24;
SELECT sensor FROM readings WHERE value BETWEEN 18 AND 24;

-- == same: BETWEEN with its ends apart
SELECT sensor FROM readings WHERE value BETWEEN 18 AND 24;
SELECT sensor FROM readings WHERE value <= 24 AND 18 <= value;

-- == different: BETWEEN with its ends crossed
SELECT sensor FROM readings WHERE value BETWEEN -5 AND 5;
SELECT sensor FROM readings WHERE value BETWEEN 5 AND -5;

-- == different: outside of the limits, and OR binds less than AND
SELECT r.sensor FROM readings r JOIN sensors s ON s.name = r.sensor WHERE r.value < s.low OR r.value > s.high;
SELECT r.sensor FROM readings r JOIN sensors s ON s.name = r.sensor AND r.value < s.low OR r.value > s.high;

-- == different: outside is not NOT BETWEEN where a limit is not known
SELECT r.sensor, r.value FROM readings r JOIN sensors s ON s.name = r.sensor WHERE r.value < s.low OR r.value > s.high;
SELECT r.sensor, r.value FROM readings r JOIN sensors s ON s.name = r.sensor WHERE r.value NOT BETWEEN coalesce(s.low, 0) AND coalesce(s.high, 0);

-- == same: NOT BETWEEN
SELECT r.sensor, r.value FROM readings r JOIN sensors s ON s.name = r.sensor WHERE r.value < s.low OR r.value > s.high;
SELECT r.sensor, r.value FROM readings r, sensors s WHERE r.sensor = s.name AND r.value NOT BETWEEN s.low AND s.high;

-- == different: March, with the first moment of April
SELECT sensor FROM readings WHERE taken_at >= '2025-03-01' AND taken_at < '2025-04-01';
SELECT sensor FROM readings WHERE taken_at BETWEEN '2025-03-01 00:00:00' AND '2025-04-01 00:00:00';

-- == different: March, without its last day
SELECT sensor FROM readings WHERE taken_at >= '2025-03-01' AND taken_at < '2025-04-01';
SELECT sensor FROM readings WHERE taken_at BETWEEN '2025-03-01' AND '2025-03-31';

-- == different: March of any year
SELECT sensor FROM readings WHERE taken_at >= '2025-03-01' AND taken_at < '2025-04-01';
SELECT sensor FROM readings WHERE strftime('%m', taken_at) = '03';

-- == same: March by its text, by its month, to its last second
SELECT sensor FROM readings WHERE taken_at >= '2025-03-01' AND taken_at < '2025-04-01';
SELECT sensor FROM readings WHERE strftime('%Y-%m', taken_at) = '2025-03';

-- == same: March to its last second, where times are whole seconds
SELECT sensor FROM readings WHERE taken_at >= '2025-03-01' AND taken_at < '2025-04-01';
SELECT sensor FROM readings WHERE taken_at BETWEEN '2025-03-01 00:00:00' AND '2025-03-31 23:59:59';

-- == different: from 8 until 20 o'clock, with all of the hour of 20
SELECT sensor FROM readings WHERE time(taken_at) >= '08:00:00' AND time(taken_at) < '20:00:00';
SELECT sensor FROM readings WHERE CAST(strftime('%H', taken_at) AS INTEGER) BETWEEN 8 AND 20;

-- == different: the last second of a day
SELECT date(taken_at), count(*) FROM readings GROUP BY date(taken_at);
SELECT date(taken_at, '+1 second'), count(*) FROM readings GROUP BY 1;

-- == same: a day is the start of its text
SELECT date(taken_at), count(*) FROM readings GROUP BY date(taken_at);
SELECT substr(taken_at, 1, 10), count(*) FROM readings GROUP BY 1;

-- == different: one letter too few
SELECT substr(taken_at, 1, 10), count(*) FROM readings GROUP BY 1;
SELECT substr(taken_at, 1, 9), count(*) FROM readings GROUP BY 1;

-- == different: the month for the day
SELECT date(taken_at), max(value) FROM readings GROUP BY 1;
SELECT date(taken_at, 'start of month'), max(value) FROM readings GROUP BY 1;

-- == different: Monday is the first day of the week, not Sunday
SELECT count(*) FROM readings WHERE strftime('%w', taken_at) IN ('0', '6');
SELECT count(*) FROM readings WHERE strftime('%u', taken_at) IN ('0', '6');

-- == different: a member of the list is missing
SELECT count(*) FROM readings WHERE sensor IN ('attic', 'cellar', 'porch');
SELECT count(*) FROM readings WHERE sensor IN ('attic', 'cellar');

-- == same: a list as a chain of OR
SELECT count(*) FROM readings WHERE sensor IN ('attic', 'cellar', 'porch');
SELECT count(*) FROM readings WHERE sensor = 'porch' OR sensor = 'cellar' OR 'attic' = sensor;

-- == different: NULL is not among those that are not in a list
SELECT count(*) FROM readings WHERE sensor NOT IN ('attic', 'cellar') OR sensor IS NULL;
SELECT count(*) FROM readings WHERE sensor NOT IN ('attic', 'cellar');

-- == different: <> lets NULL go, IS NOT keeps it
SELECT count(*) FROM readings WHERE sensor IS NOT 'attic';
SELECT count(*) FROM readings WHERE sensor <> 'attic';

-- == same: IS NOT spelt out
SELECT count(*) FROM readings WHERE sensor IS NOT 'attic';
SELECT count(*) FROM readings WHERE sensor <> 'attic' OR sensor IS NULL;

-- == different: NOT IN over a query that may give NULL
SELECT name FROM sensors s WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.sensor = s.name);
SELECT name FROM sensors WHERE name NOT IN (SELECT sensor FROM readings);

-- == same: NOT EXISTS as a join, where equal rows and NULL stay
SELECT name FROM sensors s WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.sensor = s.name);
SELECT s.name FROM sensors s LEFT JOIN readings r ON r.sensor = s.name WHERE r.sensor IS NULL;

-- == different: EXCEPT takes NULL for equal and drops duplicates
SELECT name FROM sensors s WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.sensor = s.name);
SELECT name FROM sensors EXCEPT SELECT sensor FROM readings;

-- == same: EXCEPT by IS
SELECT name FROM sensors EXCEPT SELECT sensor FROM readings;
SELECT DISTINCT name FROM sensors s WHERE NOT EXISTS (SELECT 1 FROM readings r WHERE r.sensor IS s.name);

-- == different: INTERSECT finds NULL in both, IN does not
SELECT name FROM sensors INTERSECT SELECT sensor FROM readings;
SELECT DISTINCT name FROM sensors WHERE name IN (SELECT sensor FROM readings);

-- == different: UNION ALL in place of UNION
SELECT sensor FROM readings UNION SELECT sensor FROM alarms;
SELECT sensor FROM readings UNION ALL SELECT sensor FROM alarms;

-- == different: two sensors of one name, and so two rows for each reading
SELECT r.sensor, r.value FROM readings r WHERE EXISTS (SELECT 1 FROM sensors s WHERE s.name = r.sensor AND s.room = 'lab');
SELECT r.sensor, r.value FROM readings r JOIN sensors s ON s.name = r.sensor WHERE s.room = 'lab';

-- == different: latest value of each sensor, where two come at one moment
SELECT r.sensor, r.value FROM readings r WHERE r.taken_at = (SELECT max(taken_at) FROM readings q WHERE q.sensor = r.sensor);
SELECT sensor, value FROM (SELECT *, row_number() OVER (PARTITION BY sensor ORDER BY taken_at DESC) n FROM readings WHERE sensor IS NOT NULL AND taken_at IS NOT NULL) WHERE n = 1;

-- == same: latest values by RANK
SELECT r.sensor, r.value FROM readings r WHERE r.taken_at = (SELECT max(taken_at) FROM readings q WHERE q.sensor = r.sensor);
SELECT sensor, value FROM (SELECT *, rank() OVER (PARTITION BY sensor ORDER BY taken_at DESC) n FROM readings WHERE sensor IS NOT NULL AND taken_at IS NOT NULL) WHERE n = 1;

-- == different: latest of all in place of latest of each
SELECT r.sensor, r.value FROM readings r WHERE r.taken_at = (SELECT max(taken_at) FROM readings q WHERE q.sensor = r.sensor);
SELECT r.sensor, r.value FROM readings r WHERE r.taken_at = (SELECT max(taken_at) FROM readings q);

-- == different: the earliest
SELECT sensor, min(taken_at) FROM readings GROUP BY sensor;
SELECT sensor, max(taken_at) FROM readings GROUP BY sensor;

-- == different: a running total that adds equal moments at once
SELECT sensor, taken_at, sum(value) OVER (PARTITION BY sensor ORDER BY taken_at RANGE UNBOUNDED PRECEDING) FROM readings;
SELECT sensor, taken_at, sum(value) OVER (PARTITION BY sensor) FROM readings;

-- == same: the default frame is RANGE up to the current row and its peers
SELECT sensor, taken_at, sum(value) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;
SELECT r.sensor, r.taken_at, (SELECT sum(value) FROM readings q WHERE q.sensor IS r.sensor AND (q.taken_at <= r.taken_at OR q.taken_at IS NULL)) FROM readings r;

-- == different: the default frame takes in the peers, ROWS does not
SELECT sensor, taken_at, count(*) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;
SELECT sensor, taken_at, count(*) OVER (PARTITION BY sensor ORDER BY taken_at ROWS UNBOUNDED PRECEDING) FROM readings;

-- == different: the last value of the default frame is the row's own
SELECT DISTINCT sensor, last_value(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM readings;
SELECT DISTINCT sensor, last_value(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;

-- == different: three rows back are not two
SELECT taken_at, avg(value) OVER (ORDER BY taken_at, value ROWS 2 PRECEDING) FROM readings;
SELECT taken_at, avg(value) OVER (ORDER BY taken_at, value ROWS 3 PRECEDING) FROM readings;

-- == different: the row before, whosever it is
SELECT sensor, taken_at, lag(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;
SELECT sensor, taken_at, lag(taken_at) OVER (ORDER BY taken_at) FROM readings;

-- == different: LEAD for LAG
SELECT sensor, taken_at, lag(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;
SELECT sensor, taken_at, lead(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;

-- == same: LEAD is LAG the other way
SELECT sensor, taken_at, lag(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at) FROM readings;
SELECT sensor, taken_at, lead(taken_at) OVER (PARTITION BY sensor ORDER BY taken_at DESC) FROM readings;

-- == different: hours between two moments, cut off or not
SELECT sensor, (unixepoch(ended) - unixepoch(raised)) / 3600.0 FROM alarms;
SELECT sensor, (unixepoch(ended) - unixepoch(raised)) / 3600 FROM alarms;

-- == different: still on is not ended
SELECT sensor FROM alarms WHERE ended IS NULL OR ended > '2025-03-01 12:00:00';
SELECT sensor FROM alarms WHERE ended > '2025-03-01 12:00:00';

-- == different: ended = NULL is never true
SELECT sensor FROM alarms WHERE ended IS NULL;
SELECT sensor FROM alarms WHERE ended = NULL;

-- == different: alarms that overlap, or only touch
SELECT a.sensor, b.sensor FROM alarms a JOIN alarms b ON a.raised < b.ended AND b.raised < a.ended AND a.sensor < b.sensor;
SELECT a.sensor, b.sensor FROM alarms a JOIN alarms b ON a.raised <= b.ended AND b.raised <= a.ended AND a.sensor < b.sensor;

-- == different: overlapping is not containing the start
SELECT a.sensor, b.sensor FROM alarms a JOIN alarms b ON a.raised < b.ended AND b.raised < a.ended AND a.sensor < b.sensor;
SELECT a.sensor, b.sensor FROM alarms a JOIN alarms b ON b.raised >= a.raised AND b.raised < a.ended AND a.sensor < b.sensor;

-- == different: at most at level 3
SELECT sensor FROM alarms WHERE level <= 3;
SELECT sensor FROM alarms WHERE level < 3;

-- == different: levels of three and more, averaged as integers
SELECT sensor, avg(level) FROM alarms GROUP BY sensor HAVING avg(level) >= 3;
SELECT sensor, avg(level) FROM alarms GROUP BY sensor HAVING sum(level) / count(*) > 3;

-- == different: HAVING and WHERE
SELECT sensor, max(level) FROM alarms GROUP BY sensor HAVING max(level) < 5;
SELECT sensor, max(level) FROM alarms WHERE level < 5 GROUP BY sensor;

-- == same: HAVING on a key may stand in WHERE
SELECT sensor, max(level) FROM alarms GROUP BY sensor HAVING sensor <> 'porch';
SELECT sensor, max(level) FROM alarms WHERE sensor <> 'porch' GROUP BY sensor;

-- == different: quotients of whole numbers
SELECT n, m, n / 2.0 FROM counts;
SELECT n, m, n / 2 FROM counts;

-- == different: the remainder of a negative number
SELECT n FROM counts WHERE n % 2 <> 0;
SELECT n FROM counts WHERE n % 2 = 1;

-- == same: odd, whatever the sign
SELECT n FROM counts WHERE n % 2 <> 0;
SELECT n FROM counts WHERE abs(n) % 2 = 1;

-- == different: even and odd
SELECT n FROM counts WHERE n % 3 = 0;
SELECT n FROM counts WHERE n % 6 = 0;

-- == different: NULL is not false
SELECT count(*) FROM counts WHERE n > m OR n IS NULL OR m IS NULL;
SELECT count(*) FROM counts WHERE NOT (n <= m);

-- == same: De Morgan holds with NULL
SELECT n, m FROM counts WHERE NOT (n > 1 AND m > 1);
SELECT n, m FROM counts WHERE NOT n > 1 OR NOT m > 1;

-- == different: AND binds more than OR
SELECT n, m FROM counts WHERE (n = 1 OR n = 2) AND m = 3;
SELECT n, m FROM counts WHERE n = 1 OR n = 2 AND m = 3;

-- == different: a precedence that only a negative number shows
SELECT n - (m - 1) FROM counts;
SELECT n - m - 1 FROM counts;

-- == different: the larger of two, where one is NULL
SELECT max(n, m) FROM counts;
SELECT CASE WHEN n > m THEN n ELSE m END FROM counts;

-- == same: COALESCE as CASE
SELECT coalesce(n, m, 0) FROM counts;
SELECT CASE WHEN n IS NOT NULL THEN n WHEN m IS NOT NULL THEN m ELSE 0 END FROM counts;

-- == different: absolute value forgotten
SELECT abs(n - m) FROM counts;
SELECT n - m FROM counts;

-- == different: SUM of products is not the product of sums
SELECT sum(n * m) FROM counts;
SELECT sum(n) * sum(m) FROM counts;

-- == different: average of averages
SELECT avg(value) FROM readings;
SELECT avg(a) FROM (SELECT avg(value) a FROM readings GROUP BY sensor);

-- == different: the maximum of nothing is NULL, not 0
SELECT max(n) FROM counts WHERE m > 100;
SELECT coalesce(max(n), 0) FROM counts WHERE m > 100;

-- == same: MAX by ORDER BY and LIMIT, in a scalar
SELECT max(n) FROM counts;
SELECT (SELECT n FROM counts WHERE n IS NOT NULL ORDER BY n DESC LIMIT 1);

-- == different: MIN by ORDER BY and LIMIT finds NULL first
SELECT min(n) FROM counts;
SELECT (SELECT n FROM counts ORDER BY n LIMIT 1);

-- == different ordered: ten, not nine
SELECT n FROM counts ORDER BY n LIMIT 10;
SELECT n FROM counts ORDER BY n LIMIT 9;

-- == different ordered: leave out five
SELECT n FROM counts ORDER BY n LIMIT 3 OFFSET 5;
SELECT n FROM counts ORDER BY n LIMIT 3 OFFSET 6;

-- == different ordered: LIMIT with a comma takes the offset first
SELECT n FROM counts ORDER BY n LIMIT 5 OFFSET 2;
SELECT n FROM counts ORDER BY n LIMIT 5, 2;

-- == different: a median that is right for an odd count alone
SELECT avg(n) FROM (SELECT n, row_number() OVER (ORDER BY n) r, count(*) OVER () c FROM counts WHERE n IS NOT NULL) WHERE r IN ((c + 1) / 2, (c + 2) / 2);
SELECT (SELECT n FROM counts WHERE n IS NOT NULL ORDER BY n LIMIT 1 OFFSET (SELECT count(n) / 2 FROM counts));

-- == same: tables and conjuncts in another order
SELECT r.value, s.room FROM readings r, sensors s, alarms a WHERE r.sensor = s.name AND a.sensor = r.sensor AND a.level > 2;
SELECT x.value, y.room FROM alarms z, sensors y, readings x WHERE z.level > 2 AND x.sensor = z.sensor AND y.name = x.sensor;
