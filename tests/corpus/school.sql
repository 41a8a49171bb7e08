-- Composite keys and references to them, STRICT tables without rowids, a day that a CHECK promises.

CREATE TABLE courses (
  code  TEXT    NOT NULL,
  year  INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2030),
  title TEXT    NOT NULL,
  seats INTEGER CHECK (seats > 0),
  PRIMARY KEY (code, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE students (
  id     INTEGER PRIMARY KEY,
  name   TEXT    NOT NULL,
  born   TEXT    CHECK (born IS date(born)),
  mentor INTEGER REFERENCES students
) STRICT;

CREATE TABLE enrolments (
  student INTEGER NOT NULL REFERENCES students (id),
  code    TEXT    NOT NULL,
  year    INTEGER NOT NULL,
  grade   INTEGER CHECK (grade BETWEEN 0 AND 100),
  PRIMARY KEY (student, code, year),
  FOREIGN KEY (code, year) REFERENCES courses (code, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE prerequisites (
  code       TEXT    NOT NULL,
  year       INTEGER NOT NULL,
  needs_code TEXT    NOT NULL,
  needs_year INTEGER NOT NULL CHECK (needs_year <= year),
  PRIMARY KEY (code, year, needs_code, needs_year),
  FOREIGN KEY (code, year) REFERENCES courses,
  FOREIGN KEY (needs_code, needs_year) REFERENCES courses,
  CHECK (code <> needs_code)
) STRICT;

-- == different: joined on half of a composite key
SELECT e.student, c.title FROM enrolments e JOIN courses c ON c.code = e.code AND c.year = e.year;
SELECT e.student, c.title FROM enrolments e JOIN courses c ON c.code = e.code;

-- == different: joined on the other half
SELECT e.student, c.title FROM enrolments e JOIN courses c USING (code, year);
SELECT e.student, c.title FROM enrolments e JOIN courses c USING (year);

-- == same: USING against ON
SELECT e.student, c.title FROM enrolments e JOIN courses c USING (code, year);
SELECT e.student, c.title FROM courses c, enrolments e WHERE (c.code, c.year) = (e.code, e.year);

-- == same: a reference that must hold makes the join needless
SELECT e.student, e.grade FROM enrolments e JOIN courses c USING (code, year) JOIN students s ON s.id = e.student;
SELECT student, grade FROM enrolments;

-- == same: LEFT JOIN along a reference that must hold
SELECT e.student, c.title FROM enrolments e LEFT JOIN courses c USING (code, year);
SELECT e.student, c.title FROM enrolments e JOIN courses c USING (code, year);

-- == different: LEFT JOIN in the other direction drops nothing, INNER does
SELECT c.code, c.year, e.student FROM courses c LEFT JOIN enrolments e USING (code, year);
SELECT c.code, c.year, e.student FROM courses c JOIN enrolments e USING (code, year);

-- == different: COUNT(*) after a LEFT JOIN counts the row that is not there
SELECT c.code, c.year, count(e.student) FROM courses c LEFT JOIN enrolments e USING (code, year) GROUP BY c.code, c.year;
SELECT c.code, c.year, count(*) FROM courses c LEFT JOIN enrolments e USING (code, year) GROUP BY c.code, c.year;

-- == different: a condition on the optional side stands in WHERE
SELECT s.id, e.code FROM students s LEFT JOIN enrolments e ON e.student = s.id AND e.grade >= 50;
SELECT s.id, e.code FROM students s LEFT JOIN enrolments e ON e.student = s.id WHERE e.grade >= 50;

-- == same: a condition on the kept side of a join may stand anywhere
SELECT s.id, e.code FROM students s JOIN enrolments e ON e.student = s.id AND s.name = 'Ada';
SELECT s.id, e.code FROM students s JOIN enrolments e ON e.student = s.id WHERE s.name = 'Ada';

-- == different: the years of one course are taken for one course
SELECT code, year, count(*) FROM enrolments GROUP BY code, year;
SELECT code, year, count(*) FROM enrolments GROUP BY code;

-- == different: NULL grades left out of the average, or counted as nought
SELECT code, year, avg(grade) FROM enrolments GROUP BY code, year;
SELECT code, year, avg(coalesce(grade, 0)) FROM enrolments GROUP BY code, year;

-- == different: a sum over a count of all rows
SELECT code, avg(grade) FROM enrolments GROUP BY code;
SELECT code, sum(grade) * 1.0 / count(*) FROM enrolments GROUP BY code;

-- == same: what AVG is
SELECT code, avg(grade) FROM enrolments GROUP BY code;
SELECT code, sum(grade) * 1.0 / count(grade) FROM enrolments GROUP BY code;

-- == different: the average of integers is no integer
SELECT code, avg(grade) FROM enrolments GROUP BY code;
SELECT code, sum(grade) / count(grade) FROM enrolments GROUP BY code;

-- == different: passed with 50 or more
SELECT student FROM enrolments WHERE grade >= 50;
SELECT student FROM enrolments WHERE grade > 50;

-- == different: not passed is not the opposite of passed where the grade is NULL
SELECT student, code FROM enrolments WHERE NOT (grade >= 50) OR grade IS NULL;
SELECT student, code FROM enrolments WHERE grade < 50;

-- == same: NOT of a comparison
SELECT student, code FROM enrolments WHERE NOT (grade >= 50);
SELECT student, code FROM enrolments WHERE grade < 50;

-- == different: students who passed everything, and those with no course
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND (e.grade < 50 OR e.grade IS NULL));
SELECT student FROM enrolments GROUP BY student HAVING min(coalesce(grade, 0)) >= 50;

-- == same: for all is not exists not
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND coalesce(e.grade, 0) < 50);
SELECT s.id FROM students s LEFT JOIN enrolments e ON e.student = s.id GROUP BY s.id HAVING count(CASE WHEN e.grade >= 50 THEN 1 END) = count(e.student);

-- == different: relational division that forgets to tell the years apart
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM courses c WHERE c.year = 2024 AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND e.code = c.code AND e.year = c.year));
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM courses c WHERE c.year = 2024 AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND e.code = c.code));

-- == different: relational division by counting, wrong where there is nothing to take
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM courses c WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND e.code = c.code AND e.year = c.year));
SELECT student FROM enrolments GROUP BY student HAVING count(*) = (SELECT count(*) FROM courses);

-- == same: relational division by counting, done with care
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM courses c WHERE NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND e.code = c.code AND e.year = c.year));
SELECT s.id FROM students s LEFT JOIN enrolments e ON e.student = s.id GROUP BY s.id HAVING count(e.code) = (SELECT count(*) FROM courses);

-- == different: NOT IN with NULL among the mentors
SELECT id FROM students WHERE id NOT IN (SELECT mentor FROM students WHERE mentor IS NOT NULL);
SELECT id FROM students WHERE id NOT IN (SELECT mentor FROM students);

-- == same: NOT IN without NULL is NOT EXISTS
SELECT id FROM students WHERE id NOT IN (SELECT mentor FROM students WHERE mentor IS NOT NULL);
SELECT s.id FROM students s WHERE NOT EXISTS (SELECT 1 FROM students t WHERE t.mentor = s.id);

-- == same: EXCEPT over a key is an anti-join
SELECT id FROM students EXCEPT SELECT student FROM enrolments;
SELECT s.id FROM students s LEFT JOIN enrolments e ON e.student = s.id WHERE e.student IS NULL;

-- == different: EXCEPT over names drops duplicates
SELECT name FROM students WHERE id NOT IN (SELECT student FROM enrolments);
SELECT name FROM students EXCEPT SELECT s.name FROM students s JOIN enrolments e ON e.student = s.id;

-- == different: the anti-join tests a column that may be NULL anyway
SELECT s.id FROM students s LEFT JOIN enrolments e ON e.student = s.id WHERE e.student IS NULL;
SELECT s.id FROM students s LEFT JOIN enrolments e ON e.student = s.id WHERE e.grade IS NULL;

-- == different: a course with more seats than any other, and ties
SELECT code, year FROM courses WHERE seats = (SELECT max(seats) FROM courses);
SELECT code, year FROM (SELECT code, year FROM courses ORDER BY seats DESC LIMIT 1);

-- == different: the largest of each year, not of all years
SELECT code, year FROM courses c WHERE seats = (SELECT max(seats) FROM courses d WHERE d.year = c.year);
SELECT code, year FROM courses c WHERE seats = (SELECT max(seats) FROM courses d);

-- == different: correlated on the wrong column
SELECT code, year FROM courses c WHERE seats = (SELECT max(seats) FROM courses d WHERE d.year = c.year);
SELECT code, year FROM courses c WHERE seats = (SELECT max(seats) FROM courses d WHERE d.code = c.code);

-- == different: a condition that compares a column with itself
SELECT s.id FROM students s WHERE EXISTS (SELECT 1 FROM enrolments e WHERE e.student = s.id AND e.grade = 100);
SELECT s.id FROM students s WHERE EXISTS (SELECT 1 FROM enrolments e WHERE e.student = e.student AND e.grade = 100);

-- == different: seats left, where no seats are known
SELECT c.code, c.year, c.seats - count(e.student) FROM courses c LEFT JOIN enrolments e USING (code, year) WHERE c.seats IS NOT NULL GROUP BY c.code, c.year;
SELECT c.code, c.year, coalesce(c.seats, 0) - count(e.student) FROM courses c LEFT JOIN enrolments e USING (code, year) GROUP BY c.code, c.year;

-- == different: at least 7 students, not more than 7
SELECT code, year FROM enrolments GROUP BY code, year HAVING count(*) >= 7;
SELECT code, year FROM enrolments GROUP BY code, year HAVING count(*) > 7;

-- == different: at least 7 students, or at least 8
SELECT code, year FROM enrolments GROUP BY code, year HAVING count(*) >= 7;
SELECT code, year FROM enrolments GROUP BY code, year HAVING count(*) >= 8;

-- == different: 5 grades known, not 5 rows
SELECT student FROM enrolments GROUP BY student HAVING count(grade) >= 5;
SELECT student FROM enrolments GROUP BY student HAVING count(*) >= 5;

-- == different: three different courses, not three enrolments
SELECT student FROM enrolments GROUP BY student HAVING count(DISTINCT code) >= 3;
SELECT student FROM enrolments GROUP BY student HAVING count(code) >= 3;

-- == different: who failed a course that needs another, on the wrong end of it
SELECT DISTINCT e.student FROM enrolments e JOIN prerequisites p ON (p.needs_code, p.needs_year) = (e.code, e.year) WHERE e.grade < 50;
SELECT DISTINCT e.student FROM enrolments e JOIN prerequisites p ON (p.code, p.year) = (e.code, e.year) WHERE e.grade < 50;

-- == different: all that a course needs, to the second step alone
WITH RECURSIVE n (code, year, c, y) AS (SELECT code, year, needs_code, needs_year FROM prerequisites UNION SELECT n.code, n.year, p.needs_code, p.needs_year FROM n JOIN prerequisites p ON p.code = n.c AND p.year = n.y) SELECT * FROM n;
SELECT code, year, needs_code, needs_year FROM prerequisites UNION SELECT p.code, p.year, q.needs_code, q.needs_year FROM prerequisites p JOIN prerequisites q ON q.code = p.needs_code AND q.year = p.needs_year;

-- == same: a semi-join by IN, by EXISTS, by DISTINCT join
SELECT title FROM courses WHERE (code, year) IN (SELECT code, year FROM enrolments WHERE grade = 0);
SELECT c.title FROM courses c JOIN (SELECT DISTINCT code, year FROM enrolments WHERE grade = 0) z USING (code, year);

-- == different: a semi-join written as a join multiplies rows
SELECT title FROM courses WHERE (code, year) IN (SELECT code, year FROM enrolments WHERE grade = 0);
SELECT c.title FROM courses c JOIN enrolments e USING (code, year) WHERE e.grade = 0;

-- == different: fan-out: two children of one parent joined at once
SELECT c.code, c.year, (SELECT count(*) FROM enrolments e WHERE (e.code, e.year) = (c.code, c.year)), (SELECT count(*) FROM prerequisites p WHERE (p.code, p.year) = (c.code, c.year)) FROM courses c;
SELECT c.code, c.year, count(e.student), count(p.needs_code) FROM courses c LEFT JOIN enrolments e USING (code, year) LEFT JOIN prerequisites p ON (p.code, p.year) = (c.code, c.year) GROUP BY c.code, c.year;

-- == different: RANK leaves gaps
SELECT student, code, year, rank() OVER (PARTITION BY code, year ORDER BY grade DESC) FROM enrolments;
SELECT student, code, year, dense_rank() OVER (PARTITION BY code, year ORDER BY grade DESC) FROM enrolments;

-- == different: half of the partition is missing
SELECT student, code, year, rank() OVER (PARTITION BY code, year ORDER BY grade DESC) FROM enrolments;
SELECT student, code, year, rank() OVER (PARTITION BY code ORDER BY grade DESC) FROM enrolments;

-- == different: NULL sorts first
SELECT student, code, year, rank() OVER (PARTITION BY code, year ORDER BY grade) FROM enrolments;
SELECT student, code, year, rank() OVER (PARTITION BY code, year ORDER BY grade NULLS LAST) FROM enrolments;

-- == same: a rank by counting
SELECT student, code, year, rank() OVER (PARTITION BY code, year ORDER BY grade DESC) FROM enrolments WHERE grade IS NOT NULL;
SELECT e.student, e.code, e.year, 1 + (SELECT count(*) FROM enrolments f WHERE f.code = e.code AND f.year = e.year AND f.grade > e.grade) FROM enrolments e WHERE e.grade IS NOT NULL;

-- == different: born in the year 2000
SELECT id FROM students WHERE born >= '2000-01-01' AND born < '2001-01-01';
SELECT id FROM students WHERE born > '2000-01-01' AND born < '2001-01-01';

-- == same: born in the year 2000, on days alone
SELECT id FROM students WHERE born >= '2000-01-01' AND born < '2001-01-01';
SELECT id FROM students WHERE born BETWEEN '2000-01-01' AND '2000-12-31';

-- == same: born in the year 2000, by its text
SELECT id FROM students WHERE born >= '2000-01-01' AND born < '2001-01-01';
SELECT id FROM students WHERE strftime('%Y', born) = '2000';

-- == different ordered: the youngest first, and of one day the lower id
SELECT id FROM students WHERE born IS NOT NULL ORDER BY born DESC, id;
SELECT id FROM students WHERE born IS NOT NULL ORDER BY born DESC, id DESC;

-- == different ordered: the order leaves those of one day as they come
SELECT id FROM students ORDER BY born DESC, id;
SELECT id FROM students ORDER BY born DESC;

-- == same ordered: NULLs come last where the order falls
SELECT id FROM students ORDER BY born DESC, id;
SELECT id FROM students ORDER BY born IS NULL, born DESC, id;

-- == different: mentors by name instead of by id
SELECT m.id, count(*) FROM students s JOIN students m ON m.id = s.mentor GROUP BY m.id;
SELECT min(m.id), count(*) FROM students s JOIN students m ON m.id = s.mentor GROUP BY m.name;
