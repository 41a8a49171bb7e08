-- Nothing keeps manager_id free of cycles; an employee can even be entered as their own manager.

CREATE TABLE departments (
  id   INTEGER PRIMARY KEY,
  name TEXT    NOT NULL UNIQUE
);

CREATE TABLE employees (
  id            INTEGER PRIMARY KEY,
  name          TEXT    NOT NULL,
  department_id INTEGER REFERENCES departments (id),   -- NULL: in none
  manager_id    INTEGER REFERENCES employees (id),     -- NULL: nobody's report
  hired_on      TEXT    NOT NULL                       -- a day
);

CREATE TABLE salaries (
  employee_id  INTEGER NOT NULL REFERENCES employees (id),
  valid_from   TEXT    NOT NULL,                       -- a day, included
  valid_to     TEXT    CHECK (valid_to > valid_from),  -- a day, not included; NULL: the current salary
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  PRIMARY KEY (employee_id, valid_from)
);
CREATE UNIQUE INDEX one_current_salary ON salaries (employee_id) WHERE valid_to IS NULL;
