-- Tables with no keys at all, which only queries relate.

CREATE TABLE staff  (badge TEXT, dept TEXT, pay INTEGER);
CREATE TABLE shifts (badge TEXT, dept TEXT, hours INTEGER, day TEXT);
CREATE TABLE rooms  (dept TEXT, room INTEGER);

-- == different: who has two shifts comes twice
SELECT badge, pay FROM staff;
SELECT badge, pay FROM staff LEFT JOIN shifts USING (badge);

-- == different: who has two shifts in one's own department comes twice
SELECT badge, pay FROM staff;
SELECT badge, pay FROM staff NATURAL LEFT JOIN shifts;

-- == different: a department with two rooms pays twice
SELECT dept, sum(pay) FROM staff GROUP BY dept;
SELECT dept, sum(pay) FROM staff LEFT JOIN rooms USING (dept) GROUP BY dept;

-- == different: a department with shifts pays once for each
SELECT dept, sum(pay) FROM staff GROUP BY dept;
SELECT dept, sum(pay) FROM staff LEFT JOIN shifts USING (dept) GROUP BY dept;

-- == different: those with three shifts are left out
SELECT badge FROM staff s;
SELECT badge FROM staff s WHERE (badge, dept) NOT IN (SELECT badge, dept FROM shifts WHERE badge IS NOT NULL AND dept IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 2) OR badge IS NULL OR dept IS NULL;

-- == different: one badge is another's department
SELECT badge FROM staff;
SELECT badge FROM staff WHERE badge IS NULL OR badge NOT IN (SELECT dept FROM rooms WHERE dept IS NOT NULL);

-- == same: an anti-join keeps all, or none
SELECT badge FROM staff EXCEPT SELECT badge FROM shifts;
SELECT DISTINCT s.badge FROM staff s LEFT JOIN shifts h ON h.badge IS s.badge WHERE h.rowid IS NULL;

-- == same: a natural join and its USING
SELECT badge, hours FROM staff NATURAL JOIN shifts;
SELECT badge, hours FROM staff JOIN shifts USING (dept, badge);
