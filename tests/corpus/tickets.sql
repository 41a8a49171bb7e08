-- States that tie other columns, a log of changes, triggers, tables named like keywords.

CREATE TABLE "order" (
  "group"  INTEGER NOT NULL,
  "from"   TEXT    NOT NULL,
  "limit"  INTEGER,
  PRIMARY KEY ("group", "from")
);

CREATE TABLE agents (
  id     INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  joined TEXT NOT NULL CHECK (joined IS date(joined)),
  quit   TEXT CHECK (quit IS date(quit) AND quit > joined)
);

CREATE TABLE tickets (
  id        INTEGER PRIMARY KEY,
  agent     INTEGER REFERENCES agents (id),
  state     TEXT    NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'waiting', 'closed')),
  urgent    BOOLEAN NOT NULL DEFAULT FALSE CHECK (urgent IN (FALSE, TRUE)),
  opened_at TEXT    NOT NULL,
  closed_at TEXT,
  stars     INTEGER CHECK (stars BETWEEN 1 AND 5),
  CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CHECK (closed_at >= opened_at),
  CHECK (stars IS NULL OR state = 'closed'),
  CHECK (state = 'new' OR agent IS NOT NULL)
);

CREATE TABLE changes (
  ticket  INTEGER NOT NULL REFERENCES tickets (id),
  seq     INTEGER NOT NULL,
  made_at TEXT    NOT NULL,
  state   TEXT    NOT NULL CHECK (state IN ('new', 'open', 'waiting', 'closed')),
  note    TEXT,
  PRIMARY KEY (ticket, seq)
) WITHOUT ROWID;

CREATE TRIGGER no_note_when_new BEFORE INSERT ON changes WHEN NEW.state = 'new' AND NEW.note IS NOT NULL
BEGIN SELECT raise(ABORT, 'a new ticket has no note'); END;

-- == same: closed tickets have a moment
SELECT id FROM tickets WHERE state = 'closed';
SELECT id FROM tickets WHERE closed_at IS NOT NULL;

-- == same: whoever gave stars has a closed ticket
SELECT avg(stars) FROM tickets WHERE state = 'closed';
SELECT avg(stars) FROM tickets;

-- == different: closed without stars
SELECT count(*) FROM tickets WHERE state = 'closed';
SELECT count(stars) FROM tickets;

-- == different: not closed, with those that are waiting
SELECT id FROM tickets WHERE state <> 'closed';
SELECT id FROM tickets WHERE state IN ('new', 'open');

-- == same: all states but one
SELECT id FROM tickets WHERE state <> 'closed';
SELECT id FROM tickets WHERE state IN ('new', 'open', 'waiting');

-- == different: a new ticket may have an agent already
SELECT id FROM tickets WHERE agent IS NULL;
SELECT id FROM tickets WHERE state = 'new';

-- == same: whoever has no agent is new
SELECT id FROM tickets WHERE agent IS NULL;
SELECT id FROM tickets WHERE agent IS NULL AND state = 'new';

-- == different: closed on the day it was opened
SELECT id FROM tickets WHERE date(closed_at) = date(opened_at);
SELECT id FROM tickets WHERE julianday(closed_at) - julianday(opened_at) < 1;

-- == different: closed within the hour
SELECT id FROM tickets WHERE unixepoch(closed_at) - unixepoch(opened_at) <= 3600;
SELECT id FROM tickets WHERE strftime('%Y-%m-%d %H', closed_at) = strftime('%Y-%m-%d %H', opened_at);

-- == different: closed within the hour, and at its end
SELECT id FROM tickets WHERE unixepoch(closed_at) - unixepoch(opened_at) <= 3600;
SELECT id FROM tickets WHERE unixepoch(closed_at) - unixepoch(opened_at) < 3600;

-- == different: open at a moment
SELECT id FROM tickets WHERE opened_at <= '2025-05-01 09:00:00' AND (closed_at IS NULL OR closed_at > '2025-05-01 09:00:00');
SELECT id FROM tickets WHERE opened_at <= '2025-05-01 09:00:00' AND closed_at > '2025-05-01 09:00:00';

-- == different: open at a moment, with the one that closes then
SELECT id FROM tickets WHERE opened_at <= '2025-05-01 09:00:00' AND (closed_at IS NULL OR closed_at > '2025-05-01 09:00:00');
SELECT id FROM tickets WHERE opened_at <= '2025-05-01 09:00:00' AND (closed_at IS NULL OR closed_at >= '2025-05-01 09:00:00');

-- == different: open at a moment, with the one that opens then left out
SELECT id FROM tickets WHERE opened_at <= '2025-05-01 09:00:00' AND (closed_at IS NULL OR closed_at > '2025-05-01 09:00:00');
SELECT id FROM tickets WHERE opened_at < '2025-05-01 09:00:00' AND (closed_at IS NULL OR closed_at > '2025-05-01 09:00:00');

-- == same: a NULL end by COALESCE
SELECT id FROM tickets WHERE opened_at <= '2025-05-01 09:00:00' AND (closed_at IS NULL OR closed_at > '2025-05-01 09:00:00');
SELECT id FROM tickets WHERE '2025-05-01 09:00:00' >= opened_at AND coalesce(closed_at, '9999-12-31') > '2025-05-01 09:00:00';

-- == different: AND before OR
SELECT id FROM tickets WHERE urgent AND (state = 'new' OR state = 'open');
SELECT id FROM tickets WHERE urgent AND state = 'new' OR state = 'open';

-- == same: a flag is its own truth
SELECT id FROM tickets WHERE urgent;
SELECT id FROM tickets WHERE urgent = TRUE;

-- == different: urgent, and not
SELECT id FROM tickets WHERE NOT urgent;
SELECT id FROM tickets WHERE urgent IS NOT FALSE;

-- == different: agents with nothing to do
SELECT a.id, count(t.id) FROM agents a LEFT JOIN tickets t ON t.agent = a.id AND t.state <> 'closed' GROUP BY a.id;
SELECT a.id, count(t.id) FROM agents a LEFT JOIN tickets t ON t.agent = a.id WHERE t.state <> 'closed' GROUP BY a.id;

-- == different: an agent who has left holds no tickets
SELECT a.id FROM agents a WHERE a.quit IS NULL AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.agent = a.id AND t.state = 'open');
SELECT a.id FROM agents a WHERE NOT EXISTS (SELECT 1 FROM tickets t WHERE t.agent = a.id AND t.state = 'open');

-- == different: the average of stars over agents without any
SELECT a.id, avg(t.stars) FROM agents a LEFT JOIN tickets t ON t.agent = a.id GROUP BY a.id;
SELECT a.id, avg(coalesce(t.stars, 0)) FROM agents a LEFT JOIN tickets t ON t.agent = a.id GROUP BY a.id;

-- == different: four stars on average, or more
SELECT agent FROM tickets GROUP BY agent HAVING avg(stars) >= 4;
SELECT agent FROM tickets GROUP BY agent HAVING avg(stars) > 4;

-- == different: the average rounds up to four
SELECT agent FROM tickets GROUP BY agent HAVING avg(stars) >= 4;
SELECT agent FROM tickets GROUP BY agent HAVING round(avg(stars)) >= 4;

-- == different: five stars at least once, or always
SELECT agent FROM tickets WHERE agent IS NOT NULL GROUP BY agent HAVING max(stars) = 5;
SELECT agent FROM tickets WHERE agent IS NOT NULL GROUP BY agent HAVING min(stars) = 5;

-- == different: tickets with two agents in one day were counted once
SELECT date(opened_at), count(DISTINCT agent) FROM tickets GROUP BY 1;
SELECT date(opened_at), count(agent) FROM tickets GROUP BY 1;

-- == different: the first change in place of the last
SELECT ticket, state FROM changes c WHERE seq = (SELECT max(seq) FROM changes d WHERE d.ticket = c.ticket);
SELECT ticket, state FROM changes c WHERE seq = (SELECT min(seq) FROM changes d WHERE d.ticket = c.ticket);

-- == different: the last change by its moment
SELECT ticket, state FROM changes c WHERE seq = (SELECT max(seq) FROM changes d WHERE d.ticket = c.ticket);
SELECT ticket, state FROM changes c WHERE made_at = (SELECT max(made_at) FROM changes d WHERE d.ticket = c.ticket);

-- == same: the last change, three ways
SELECT ticket, state FROM changes c WHERE seq = (SELECT max(seq) FROM changes d WHERE d.ticket = c.ticket);
SELECT ticket, state FROM (SELECT ticket, state, row_number() OVER (PARTITION BY ticket ORDER BY seq DESC) n FROM changes) WHERE n = 1;

-- == same: a bare column beside MAX is of its row
SELECT ticket, state FROM changes c WHERE seq = (SELECT max(seq) FROM changes d WHERE d.ticket = c.ticket);
SELECT ticket, state FROM (SELECT ticket, state, max(seq) FROM changes GROUP BY ticket);

-- == different: a bare column beside nothing
SELECT ticket, state FROM changes c WHERE seq = (SELECT max(seq) FROM changes d WHERE d.ticket = c.ticket);
SELECT ticket, state FROM changes GROUP BY ticket;

-- == different: gone back from closed to open
SELECT DISTINCT a.ticket FROM changes a JOIN changes b ON b.ticket = a.ticket AND b.seq > a.seq WHERE a.state = 'closed' AND b.state = 'open';
SELECT DISTINCT ticket FROM (SELECT ticket, state, lag(state) OVER (PARTITION BY ticket ORDER BY seq) p FROM changes) WHERE p = 'closed' AND state = 'open';

-- == different: the next number in a row, or the next there is
SELECT a.ticket, a.seq FROM changes a WHERE NOT EXISTS (SELECT 1 FROM changes b WHERE b.ticket = a.ticket AND b.seq > a.seq);
SELECT a.ticket, a.seq FROM changes a WHERE NOT EXISTS (SELECT 1 FROM changes b WHERE b.ticket = a.ticket AND b.seq = a.seq + 1);

-- == different: how long each state lasted
SELECT ticket, seq, unixepoch(lead(made_at) OVER (PARTITION BY ticket ORDER BY seq)) - unixepoch(made_at) FROM changes;
SELECT ticket, seq, unixepoch(lead(made_at) OVER (ORDER BY ticket, seq)) - unixepoch(made_at) FROM changes;

-- == different: new tickets have no note, others may
SELECT count(*) FROM changes WHERE note IS NULL;
SELECT count(*) FROM changes WHERE state = 'new';

-- == same: a trigger keeps notes from new tickets
SELECT count(note) FROM changes WHERE state <> 'new';
SELECT count(note) FROM changes;

-- == different: states as columns, with 0 and NULL
SELECT ticket, count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'waiting') FROM changes GROUP BY ticket;
SELECT ticket, sum(state = 'open'), nullif(sum(state = 'waiting'), 0) FROM changes GROUP BY ticket;

-- == same: states as columns
SELECT ticket, count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'waiting') FROM changes GROUP BY ticket;
SELECT ticket, count(CASE state WHEN 'open' THEN 1 END), sum(state = 'waiting') FROM changes GROUP BY ticket;

-- == different: columns named like keywords
SELECT "group", "from" FROM "order" WHERE "limit" > 12;
SELECT "group", "from" FROM "order" WHERE "limit" >= 12;

-- == different: a group of the key
SELECT "group", sum("limit") FROM "order" GROUP BY "group";
SELECT "group", sum("limit") FROM "order" GROUP BY "group", "from";

-- == different: joined in the month, at the end of it
SELECT id FROM agents WHERE joined >= '2024-02-01' AND joined < '2024-03-01';
SELECT id FROM agents WHERE joined BETWEEN '2024-02-01' AND '2024-02-28';

-- == same: February of a leap year
SELECT id FROM agents WHERE joined >= '2024-02-01' AND joined < '2024-03-01';
SELECT id FROM agents WHERE joined BETWEEN '2024-02-01' AND '2024-02-29';

-- == different any-day: with us for a year
SELECT id FROM agents WHERE quit IS NULL AND date(joined, '+1 year') <= date('now');
SELECT id FROM agents WHERE quit IS NULL AND joined <= date('now', '-1 year');

-- == different any-day: older than 48 hours
SELECT id FROM tickets WHERE state <> 'closed' AND opened_at < datetime('now', '-48 hours');
SELECT id FROM tickets WHERE state <> 'closed' AND opened_at < date('now', '-2 days');

-- == same any-day: older than 48 hours is older than two days
SELECT id FROM tickets WHERE state <> 'closed' AND opened_at < datetime('now', '-48 hours');
SELECT id FROM tickets WHERE closed_at IS NULL AND datetime(opened_at, '+2 days') < datetime('now');

-- == different any-day: yesterday is not the last 24 hours
SELECT count(*) FROM tickets WHERE date(opened_at) = date('now', '-1 day');
SELECT count(*) FROM tickets WHERE opened_at >= datetime('now', '-24 hours');

-- == different any-day: the last seven days, today among them
SELECT date(opened_at), count(*) FROM tickets WHERE date(opened_at) BETWEEN date('now', '-6 days') AND date('now') GROUP BY 1;
SELECT date(opened_at), count(*) FROM tickets WHERE date(opened_at) BETWEEN date('now', '-7 days') AND date('now') GROUP BY 1;

-- == different ordered: urgent first, then the oldest
SELECT id FROM tickets ORDER BY urgent DESC, opened_at, id;
SELECT id FROM tickets ORDER BY urgent, opened_at, id;

-- == different ordered: a state order that is not the alphabet's
SELECT id FROM tickets ORDER BY CASE state WHEN 'new' THEN 1 WHEN 'open' THEN 2 WHEN 'waiting' THEN 3 ELSE 4 END, id;
SELECT id FROM tickets ORDER BY state, id;

-- == same ordered: the same order by a position in a text
SELECT id FROM tickets ORDER BY CASE state WHEN 'new' THEN 1 WHEN 'open' THEN 2 WHEN 'waiting' THEN 3 ELSE 4 END, id;
SELECT id FROM tickets ORDER BY instr('new open waiting closed', state), id;
