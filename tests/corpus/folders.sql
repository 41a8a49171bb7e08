-- References of a table to itself, trees and rings, a key that holds only where it is not NULL.

CREATE TABLE folders (
  id        INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES folders (id) CHECK (parent_id <> id),
  name      TEXT    NOT NULL,
  UNIQUE (parent_id, name)
);

CREATE TABLE files (
  folder_id INTEGER NOT NULL REFERENCES folders (id),
  name      TEXT    NOT NULL,
  bytes     INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
  deleted   INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  PRIMARY KEY (folder_id, name)
) WITHOUT ROWID;

CREATE TABLE staff (
  id      INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL,
  boss_id INTEGER REFERENCES staff (id),
  dept    TEXT,
  salary  INTEGER NOT NULL CHECK (salary > 0)
);

CREATE TABLE links (
  a INTEGER NOT NULL REFERENCES folders (id),
  b INTEGER NOT NULL REFERENCES folders (id)
);

-- == different: the self-join runs the wrong way
SELECT w.name, b.name FROM staff w JOIN staff b ON b.id = w.boss_id;
SELECT w.name, b.name FROM staff w JOIN staff b ON w.id = b.boss_id;

-- == different: those with no boss are lost
SELECT w.id, b.name FROM staff w LEFT JOIN staff b ON b.id = w.boss_id;
SELECT w.id, b.name FROM staff w JOIN staff b ON b.id = w.boss_id;

-- == different: earns more than the boss, or as much
SELECT w.id FROM staff w JOIN staff b ON b.id = w.boss_id WHERE w.salary > b.salary;
SELECT w.id FROM staff w JOIN staff b ON b.id = w.boss_id WHERE w.salary >= b.salary;

-- == different: each pair twice
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept = a.dept AND a.id < b.id;
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept = a.dept AND a.id <> b.id;

-- == different: each with themselves
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept = a.dept AND a.id < b.id;
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept = a.dept AND a.id <= b.id;

-- == different: those of no department are a pair only with IS
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept = a.dept AND a.id < b.id;
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept IS a.dept AND a.id < b.id;

-- == same: the same pairs, the other name first
SELECT a.id, b.id FROM staff a JOIN staff b ON b.dept = a.dept AND a.id < b.id;
SELECT y.id, x.id FROM staff x JOIN staff y ON x.dept = y.dept WHERE x.id > y.id;

-- == different: the second highest salary, with ties for the highest
SELECT max(salary) FROM staff WHERE salary < (SELECT max(salary) FROM staff);
SELECT (SELECT salary FROM staff ORDER BY salary DESC LIMIT 1 OFFSET 1);

-- == same: the second highest salary
SELECT max(salary) FROM staff WHERE salary < (SELECT max(salary) FROM staff);
SELECT (SELECT DISTINCT salary FROM staff ORDER BY salary DESC LIMIT 1 OFFSET 1);

-- == different: no row instead of one NULL
SELECT (SELECT DISTINCT salary FROM staff ORDER BY salary DESC LIMIT 1 OFFSET 1);
SELECT DISTINCT salary FROM staff ORDER BY salary DESC LIMIT 1 OFFSET 1;

-- == different: the third highest, not the second
SELECT DISTINCT salary FROM staff ORDER BY salary DESC LIMIT 1 OFFSET 2;
SELECT DISTINCT salary FROM staff ORDER BY salary DESC LIMIT 1 OFFSET 1;

-- == different: top three salaries of each department, by rows instead of by values
SELECT id FROM (SELECT id, dense_rank() OVER (PARTITION BY dept ORDER BY salary DESC) r FROM staff) WHERE r <= 3;
SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY dept ORDER BY salary DESC, id) r FROM staff) WHERE r <= 3;

-- == different: RANK and DENSE_RANK part after a tie
SELECT id FROM (SELECT id, dense_rank() OVER (PARTITION BY dept ORDER BY salary DESC) r FROM staff) WHERE r <= 3;
SELECT id FROM (SELECT id, rank() OVER (PARTITION BY dept ORDER BY salary DESC) r FROM staff) WHERE r <= 3;

-- == different: only the first three of all
SELECT id FROM (SELECT id, dense_rank() OVER (PARTITION BY dept ORDER BY salary DESC) r FROM staff) WHERE r <= 3;
SELECT id FROM (SELECT id, dense_rank() OVER (ORDER BY salary DESC) r FROM staff) WHERE r <= 3;

-- == same: DENSE_RANK by counting the different ones above
SELECT id FROM (SELECT id, dense_rank() OVER (PARTITION BY dept ORDER BY salary DESC) r FROM staff) WHERE r <= 3;
SELECT id FROM staff s WHERE (SELECT count(DISTINCT t.salary) FROM staff t WHERE t.dept IS s.dept AND t.salary > s.salary) < 3;

-- == different: DENSE_RANK by counting forgets that NULL departments are a group
SELECT id FROM (SELECT id, dense_rank() OVER (PARTITION BY dept ORDER BY salary DESC) r FROM staff) WHERE r <= 3;
SELECT id FROM staff s WHERE (SELECT count(DISTINCT t.salary) FROM staff t WHERE t.dept = s.dept AND t.salary > s.salary) < 3;

-- == different: the average of the department with oneself, or of all
SELECT id FROM staff s WHERE salary > (SELECT avg(salary) FROM staff t WHERE t.dept = s.dept);
SELECT id FROM staff s WHERE salary > (SELECT avg(salary) FROM staff t);

-- == same: above the average by a window
SELECT id FROM staff s WHERE salary > (SELECT avg(salary) FROM staff t WHERE t.dept = s.dept);
SELECT id FROM (SELECT id, dept, salary, avg(salary) OVER (PARTITION BY dept) a FROM staff) WHERE salary > a AND dept IS NOT NULL;

-- == different: above the average by a window takes in those of no department
SELECT id FROM staff s WHERE salary > (SELECT avg(salary) FROM staff t WHERE t.dept = s.dept);
SELECT id FROM (SELECT id, salary, avg(salary) OVER (PARTITION BY dept) a FROM staff) WHERE salary > a;

-- == different: a boss with five reports or more
SELECT boss_id FROM staff WHERE boss_id IS NOT NULL GROUP BY boss_id HAVING count(*) >= 5;
SELECT boss_id FROM staff WHERE boss_id IS NOT NULL GROUP BY boss_id HAVING count(*) > 5;

-- == different: those without a boss are no group of reports
SELECT boss_id FROM staff WHERE boss_id IS NOT NULL GROUP BY boss_id HAVING count(*) >= 5;
SELECT boss_id FROM staff GROUP BY boss_id HAVING count(*) >= 5;

-- == different: reports counted with the bosses who have none
SELECT b.id, count(w.id) FROM staff b LEFT JOIN staff w ON w.boss_id = b.id GROUP BY b.id;
SELECT b.id, count(*) FROM staff b LEFT JOIN staff w ON w.boss_id = b.id GROUP BY b.id;

-- == same: reports counted in a subquery
SELECT b.id, count(w.id) FROM staff b LEFT JOIN staff w ON w.boss_id = b.id GROUP BY b.id;
SELECT b.id, (SELECT count(*) FROM staff w WHERE w.boss_id = b.id) FROM staff b;

-- == different: all below a folder, not its children alone
WITH RECURSIVE t (id) AS (SELECT id FROM folders WHERE parent_id = 1 UNION SELECT f.id FROM folders f JOIN t ON f.parent_id = t.id) SELECT id FROM t;
SELECT id FROM folders WHERE parent_id = 1;

-- == different: three steps down are not all
WITH RECURSIVE t (id) AS (SELECT id FROM folders WHERE parent_id = 1 UNION SELECT f.id FROM folders f JOIN t ON f.parent_id = t.id) SELECT id FROM t;
SELECT id FROM folders WHERE parent_id = 1 UNION SELECT b.id FROM folders a JOIN folders b ON b.parent_id = a.id WHERE a.parent_id = 1 UNION SELECT c.id FROM folders a JOIN folders b ON b.parent_id = a.id JOIN folders c ON c.parent_id = b.id WHERE a.parent_id = 1;

-- == different: the depth stops a step too early
WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id, d + 1 FROM folders f JOIN t ON f.parent_id = t.id WHERE d < 4) SELECT id, d FROM t;
WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id, d + 1 FROM folders f JOIN t ON f.parent_id = t.id WHERE d < 3) SELECT id, d FROM t;

-- == different: the depth is counted from one
WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id, d + 1 FROM folders f JOIN t ON f.parent_id = t.id) SELECT id, d FROM t;
WITH RECURSIVE t (id, d) AS (SELECT id, 1 FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id, d + 1 FROM folders f JOIN t ON f.parent_id = t.id) SELECT id, d FROM t;

-- == different: the recursion walks up instead of down
WITH RECURSIVE t (id) AS (VALUES (1) UNION SELECT f.id FROM folders f JOIN t ON f.parent_id = t.id) SELECT id FROM t;
WITH RECURSIVE t (id) AS (VALUES (1) UNION SELECT f.parent_id FROM folders f JOIN t ON f.id = t.id WHERE f.parent_id IS NOT NULL) SELECT id FROM t;

-- == same: the roots have depth nought, whichever way they are reached
WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id, d + 1 FROM folders f JOIN t ON f.parent_id = t.id) SELECT id, d FROM t;
WITH RECURSIVE t (id, d) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL UNION ALL SELECT f.id, d + 1 FROM t CROSS JOIN folders f WHERE t.id = f.parent_id) SELECT DISTINCT id, d FROM t;

-- == endless: nothing stops the walk in a ring
WITH RECURSIVE t (id) AS (VALUES (1) UNION SELECT parent_id FROM folders f JOIN t ON f.id = t.id WHERE parent_id IS NOT NULL) SELECT id FROM t WHERE id IN (SELECT id FROM folders);
WITH RECURSIVE t (id) AS (VALUES (1) UNION ALL SELECT parent_id FROM folders f JOIN t ON f.id = t.id WHERE parent_id IS NOT NULL) SELECT DISTINCT id FROM t WHERE id IN (SELECT id FROM folders);

-- == different: sizes of folders with all below them, not of their own files
WITH RECURSIVE t (root, id) AS (SELECT id, id FROM folders UNION SELECT t.root, f.id FROM folders f JOIN t ON f.parent_id = t.id) SELECT root, total(bytes) FROM t LEFT JOIN files ON folder_id = id GROUP BY root;
SELECT id, total(bytes) FROM folders LEFT JOIN files ON folder_id = id GROUP BY id;

-- == different: SUM of nothing is NULL
SELECT f.id, coalesce(sum(x.bytes), 0) FROM folders f LEFT JOIN files x ON x.folder_id = f.id GROUP BY f.id;
SELECT f.id, sum(x.bytes) FROM folders f LEFT JOIN files x ON x.folder_id = f.id GROUP BY f.id;

-- == same: SUM that gives 0, three ways
SELECT f.id, coalesce(sum(x.bytes), 0) FROM folders f LEFT JOIN files x ON x.folder_id = f.id GROUP BY f.id;
SELECT f.id, sum(coalesce(x.bytes, 0)) FROM folders f LEFT JOIN files x ON x.folder_id = f.id GROUP BY f.id;

-- == different: without the deleted ones, in the wrong clause
SELECT f.id, count(x.name) FROM folders f LEFT JOIN files x ON x.folder_id = f.id AND x.deleted = 0 GROUP BY f.id;
SELECT f.id, count(x.name) FROM folders f LEFT JOIN files x ON x.folder_id = f.id WHERE x.deleted = 0 GROUP BY f.id;

-- == different: a WHERE that means to keep the empty folders loses those whose files are all deleted
SELECT f.id, count(x.name) FROM folders f LEFT JOIN files x ON x.folder_id = f.id AND x.deleted = 0 GROUP BY f.id;
SELECT f.id, count(x.name) FROM folders f LEFT JOIN files x ON x.folder_id = f.id WHERE x.deleted = 0 OR x.folder_id IS NULL GROUP BY f.id;

-- == same: a condition moved into an aggregate
SELECT f.id, count(x.name) FROM folders f LEFT JOIN files x ON x.folder_id = f.id AND x.deleted = 0 GROUP BY f.id;
SELECT f.id, count(x.name) FILTER (WHERE x.deleted = 0) FROM folders f LEFT JOIN files x ON x.folder_id = f.id GROUP BY f.id;

-- == different: FILTER on the other flag
SELECT folder_id, count(*) FILTER (WHERE deleted = 1), count(*) FROM files GROUP BY folder_id;
SELECT folder_id, count(*) FILTER (WHERE deleted = 0), count(*) FROM files GROUP BY folder_id;

-- == different: a share in whole numbers
SELECT folder_id, sum(deleted) * 1.0 / count(*) FROM files GROUP BY folder_id;
SELECT folder_id, sum(deleted) / count(*) FROM files GROUP BY folder_id;

-- == same: a share is an average
SELECT folder_id, sum(deleted) * 1.0 / count(*) FROM files GROUP BY folder_id;
SELECT folder_id, avg(deleted) FROM files GROUP BY folder_id;

-- == different: 1024 is in, 1023 is out
SELECT folder_id, name FROM files WHERE bytes >= 1024;
SELECT folder_id, name FROM files WHERE bytes > 1024;

-- == different: a megabyte is 1048576
SELECT folder_id, name FROM files WHERE bytes >= 1048576;
SELECT folder_id, name FROM files WHERE bytes >= 1000000;

-- == same: integers above 1023
SELECT folder_id, name FROM files WHERE bytes >= 1024;
SELECT folder_id, name FROM files WHERE bytes > 1023;

-- == different: a total over a threshold, with deleted files in it
SELECT folder_id FROM files WHERE deleted = 0 GROUP BY folder_id HAVING sum(bytes) > 5000;
SELECT folder_id FROM files GROUP BY folder_id HAVING sum(bytes) > 5000;

-- == different: links have no direction
SELECT a, b FROM links UNION SELECT b, a FROM links;
SELECT a, b FROM links;

-- == different: UNION ALL keeps a link that is there both ways
SELECT a, b FROM links UNION SELECT b, a FROM links;
SELECT a, b FROM links UNION ALL SELECT b, a FROM links;

-- == same: normal form of links without direction
SELECT DISTINCT min(a, b), max(a, b) FROM links;
SELECT a, b FROM links WHERE a <= b UNION SELECT b, a FROM links WHERE a > b;

-- == different: mutual links, each once, and loops
SELECT DISTINCT x.a, x.b FROM links x JOIN links y ON x.a = y.b AND x.b = y.a WHERE x.a < x.b;
SELECT DISTINCT x.a, x.b FROM links x JOIN links y ON x.a = y.b AND x.b = y.a WHERE x.a <= x.b;

-- == same: IN against EXISTS
SELECT name FROM folders WHERE id IN (SELECT a FROM links WHERE b = 2);
SELECT name FROM folders f WHERE EXISTS (SELECT * FROM links WHERE a = f.id AND b = 2);

-- == different: a name alone is no key of a folder
SELECT f.id, count(x.name) FROM folders f JOIN files x ON x.folder_id = f.id GROUP BY f.id;
SELECT min(f.id), count(x.name) FROM folders f JOIN files x ON x.folder_id = f.id GROUP BY f.name;

-- == different: siblings of one name can only be roots
SELECT f.name FROM folders f GROUP BY f.name HAVING count(*) > 1;
SELECT f.name FROM folders f WHERE f.parent_id IS NOT NULL GROUP BY f.name HAVING count(*) > 1;

-- == same: under one parent a name stands once
SELECT count(*) FROM (SELECT parent_id, name FROM folders WHERE parent_id IS NOT NULL GROUP BY parent_id, name);
SELECT count(*) FROM folders WHERE parent_id IS NOT NULL;

-- == different: names among the roots may come twice
SELECT count(*) FROM (SELECT parent_id, name FROM folders GROUP BY parent_id, name);
SELECT count(*) FROM folders;
