-- Two references to one table, columns that are NULL together, scores, places, runs.

CREATE TABLE teams (
  id      INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL UNIQUE,
  city    TEXT    NOT NULL,
  founded INTEGER CHECK (founded > 1850)
);

CREATE TABLE games (
  id         INTEGER PRIMARY KEY,
  season     INTEGER NOT NULL,
  round      INTEGER NOT NULL CHECK (round BETWEEN 1 AND 34),
  home       INTEGER NOT NULL REFERENCES teams (id),
  away       INTEGER NOT NULL REFERENCES teams (id),
  home_goals INTEGER CHECK (home_goals >= 0),
  away_goals INTEGER CHECK (away_goals >= 0),
  CHECK (home <> away),
  CHECK ((home_goals IS NULL) = (away_goals IS NULL)),
  UNIQUE (season, home, away)
);

CREATE TABLE goals (
  game   INTEGER NOT NULL REFERENCES games (id),
  minute INTEGER NOT NULL CHECK (minute BETWEEN 1 AND 120),
  team   INTEGER NOT NULL REFERENCES teams (id),
  player TEXT,
  own    INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1))
);

-- == different: home and away changed about
SELECT g.id, h.name, a.name FROM games g JOIN teams h ON h.id = g.home JOIN teams a ON a.id = g.away;
SELECT g.id, h.name, a.name FROM games g JOIN teams h ON h.id = g.away JOIN teams a ON a.id = g.home;

-- == different: games at home are half of the games
SELECT t.id, count(g.id) FROM teams t LEFT JOIN games g ON t.id IN (g.home, g.away) GROUP BY t.id;
SELECT t.id, count(g.id) FROM teams t LEFT JOIN games g ON t.id = g.home GROUP BY t.id;

-- == same: games at home and away, each counted
SELECT t.id, count(g.id) FROM teams t LEFT JOIN games g ON t.id IN (g.home, g.away) GROUP BY t.id;
SELECT t.id, (SELECT count(*) FROM games WHERE home = t.id) + (SELECT count(*) FROM games WHERE away = t.id) FROM teams t;

-- == same: nobody plays against themselves
SELECT count(*) FROM games WHERE home <> away;
SELECT count(*) FROM games;

-- == same: a score is known or not
SELECT id FROM games WHERE home_goals IS NOT NULL;
SELECT id FROM games WHERE away_goals IS NOT NULL;

-- == same: a score that is not known is no draw
SELECT id FROM games WHERE home_goals = away_goals;
SELECT id FROM games WHERE home_goals IS away_goals AND home_goals IS NOT NULL;

-- == different: a score that is not known is taken for a draw
SELECT id FROM games WHERE home_goals = away_goals;
SELECT id FROM games WHERE home_goals IS away_goals;

-- == different: won or drawn, where the score is not known
SELECT id FROM games WHERE home_goals >= away_goals;
SELECT id FROM games WHERE home_goals >= away_goals OR home_goals IS NULL;

-- == different: won by two goals or more
SELECT id FROM games WHERE home_goals - away_goals >= 2;
SELECT id FROM games WHERE home_goals - away_goals > 2;

-- == different: won by two goals or more, by either
SELECT id FROM games WHERE abs(home_goals - away_goals) >= 2;
SELECT id FROM games WHERE home_goals - away_goals >= 2;

-- == different: points: three for a win
SELECT home, sum(CASE WHEN home_goals > away_goals THEN 3 WHEN home_goals = away_goals THEN 1 ELSE 0 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;
SELECT home, sum(CASE WHEN home_goals > away_goals THEN 2 WHEN home_goals = away_goals THEN 1 ELSE 0 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;

-- == different: a branch of CASE that is never reached
SELECT home, sum(CASE WHEN home_goals > away_goals THEN 3 WHEN home_goals = away_goals THEN 1 ELSE 0 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;
SELECT home, sum(CASE WHEN home_goals >= away_goals THEN 3 WHEN home_goals = away_goals THEN 1 ELSE 0 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;

-- == different: lost games give NULL where ELSE is missing
SELECT home, sum(CASE WHEN home_goals > away_goals THEN 3 WHEN home_goals = away_goals THEN 1 ELSE 0 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;
SELECT home, sum(CASE WHEN home_goals > away_goals THEN 3 WHEN home_goals = away_goals THEN 1 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;

-- == same: points by arithmetic
SELECT home, sum(CASE WHEN home_goals > away_goals THEN 3 WHEN home_goals = away_goals THEN 1 ELSE 0 END) FROM games WHERE home_goals IS NOT NULL GROUP BY home;
SELECT home, sum(3 * (home_goals > away_goals) + (home_goals = away_goals)) FROM games WHERE home_goals IS NOT NULL GROUP BY home;

-- == different: games not played yet give no points, but the team is there
SELECT home, count(home_goals) FROM games GROUP BY home;
SELECT home, count(*) FROM games WHERE home_goals IS NOT NULL GROUP BY home;

-- == different: UNION drops a result that two games have in common
SELECT team, sum(gf) FROM (SELECT home team, home_goals gf FROM games UNION ALL SELECT away, away_goals FROM games) GROUP BY team;
SELECT team, sum(gf) FROM (SELECT home team, home_goals gf FROM games UNION SELECT away, away_goals FROM games) GROUP BY team;

-- == different: a best season of each team, and ties
SELECT season, home FROM (SELECT season, home, rank() OVER (PARTITION BY season ORDER BY sum(home_goals) DESC) r FROM games WHERE home_goals IS NOT NULL GROUP BY season, home) WHERE r = 1;
SELECT season, home FROM (SELECT season, home, row_number() OVER (PARTITION BY season ORDER BY sum(home_goals) DESC) r FROM games WHERE home_goals IS NOT NULL GROUP BY season, home) WHERE r = 1;

-- == different: every season, not each
SELECT season, home FROM (SELECT season, home, rank() OVER (PARTITION BY season ORDER BY sum(home_goals) DESC) r FROM games WHERE home_goals IS NOT NULL GROUP BY season, home) WHERE r = 1;
SELECT season, home FROM (SELECT season, home, rank() OVER (ORDER BY sum(home_goals) DESC) r FROM games WHERE home_goals IS NOT NULL GROUP BY season, home) WHERE r = 1;

-- == different: goals before half-time, with the 45th minute
SELECT game, count(*) FROM goals WHERE minute <= 45 GROUP BY game;
SELECT game, count(*) FROM goals WHERE minute < 45 GROUP BY game;

-- == different: after the 90th minute
SELECT game, count(*) FROM goals WHERE minute > 90 GROUP BY game;
SELECT game, count(*) FROM goals WHERE minute >= 90 GROUP BY game;

-- == different: own goals count for the others
SELECT game, team, count(*) FROM goals WHERE own = 0 GROUP BY game, team;
SELECT game, team, count(*) FROM goals GROUP BY game, team;

-- == different: a hat trick in one game, not in all
SELECT DISTINCT player FROM goals WHERE player IS NOT NULL AND own = 0 GROUP BY game, player HAVING count(*) >= 3;
SELECT player FROM goals WHERE player IS NOT NULL AND own = 0 GROUP BY player HAVING count(*) >= 3;

-- == different: the tenth goal of a player
SELECT player FROM goals WHERE player IS NOT NULL GROUP BY player HAVING count(*) >= 10;
SELECT player FROM goals WHERE player IS NOT NULL GROUP BY player HAVING count(*) > 10;

-- == different: no NULL is a player
SELECT player FROM goals WHERE player IS NOT NULL GROUP BY player HAVING count(*) >= 10;
SELECT player FROM goals GROUP BY player HAVING count(*) >= 10;

-- == different: games without goals, by a game that has some
SELECT g.id FROM games g WHERE NOT EXISTS (SELECT 1 FROM goals x WHERE x.game = g.id);
SELECT id FROM games WHERE home_goals = 0 AND away_goals = 0;

-- == different: correlated on the team in place of the game
SELECT g.id FROM games g WHERE EXISTS (SELECT 1 FROM goals x WHERE x.game = g.id AND x.minute = 1);
SELECT g.id FROM games g WHERE EXISTS (SELECT 1 FROM goals x WHERE x.team = g.home AND x.minute = 1);

-- == same: IN, EXISTS and a join made DISTINCT
SELECT g.id FROM games g WHERE EXISTS (SELECT 1 FROM goals x WHERE x.game = g.id AND x.minute = 1);
SELECT DISTINCT game FROM goals WHERE minute = 1;

-- == different: the first goal of each game, ties and all
SELECT game, team FROM goals x WHERE minute = (SELECT min(minute) FROM goals y WHERE y.game = x.game);
SELECT game, team FROM (SELECT *, row_number() OVER (PARTITION BY game ORDER BY minute) n FROM goals) WHERE n = 1;

-- == different: the minute of the first goal of all
SELECT game, min(minute) FROM goals GROUP BY game;
SELECT game, min(minute) OVER () FROM goals GROUP BY game;

-- == same: MIN by a window, made DISTINCT
SELECT game, min(minute) FROM goals GROUP BY game;
SELECT DISTINCT game, min(minute) OVER (PARTITION BY game) FROM goals;

-- == different: team and city as one
SELECT city, count(*) FROM teams GROUP BY city;
SELECT name, count(*) FROM teams GROUP BY name;

-- == different: cities with more than one team
SELECT city FROM teams GROUP BY city HAVING count(*) > 1;
SELECT DISTINCT city FROM teams;

-- == same: a pair in one city
SELECT city FROM teams GROUP BY city HAVING count(*) > 1;
SELECT DISTINCT a.city FROM teams a JOIN teams b ON b.city = a.city AND b.id <> a.id;

-- == different: derbies: both of one city
SELECT g.id FROM games g JOIN teams h ON h.id = g.home JOIN teams a ON a.id = g.away WHERE h.city = a.city;
SELECT g.id FROM games g JOIN teams h ON h.id = g.home JOIN teams a ON a.id = g.away WHERE h.city <> a.city;

-- == different: founded before 1900, or not known
SELECT id FROM teams WHERE founded < 1900 OR founded IS NULL;
SELECT id FROM teams WHERE NOT founded >= 1900;

-- == different: centuries
SELECT (founded - 1) / 100 + 1, count(*) FROM teams GROUP BY 1;
SELECT founded / 100 + 1, count(*) FROM teams GROUP BY 1;

-- == different: both halves of a season: home and away against the same
SELECT a.id FROM games a JOIN games b ON b.season = a.season AND b.home = a.away AND b.away = a.home;
SELECT a.id FROM games a JOIN games b ON b.home = a.away AND b.away = a.home;

-- == same: in one season the return game is one at the most
SELECT a.id FROM games a JOIN games b ON b.season = a.season AND b.home = a.away AND b.away = a.home;
SELECT id FROM games a WHERE EXISTS (SELECT 1 FROM games b WHERE (b.season, b.home, b.away) = (a.season, a.away, a.home));

-- == different: the second half of the season begins at round 18
SELECT id FROM games WHERE round >= 18;
SELECT id FROM games WHERE round > 18;

-- == same: rounds are whole numbers up to 34
SELECT id FROM games WHERE round >= 18;
SELECT id FROM games WHERE round > 17 AND round < 35;

-- == different: a running count of wins, round by round
SELECT id, sum(home_goals > away_goals) OVER (PARTITION BY season, home ORDER BY round, id) FROM games;
SELECT id, sum(home_goals > away_goals) OVER (PARTITION BY season, home ORDER BY round) FROM games;

-- == different: three games back
SELECT id, sum(home_goals) OVER (PARTITION BY home ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM games;
SELECT id, sum(home_goals) OVER (PARTITION BY home ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) FROM games;

-- == same: one row more is not there at the end of UNBOUNDED
SELECT id, count(*) OVER (PARTITION BY home ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM games;
SELECT id, row_number() OVER (PARTITION BY home ORDER BY id) FROM games;

-- == different: a quarter of the field
SELECT id, ntile(4) OVER (ORDER BY id) FROM games;
SELECT id, ntile(3) OVER (ORDER BY id) FROM games;

-- == different: percent of rank and cumulative share
SELECT id, percent_rank() OVER (ORDER BY round) FROM games;
SELECT id, cume_dist() OVER (ORDER BY round) FROM games;

-- == different: teams that won every game they played at home, with none played
SELECT t.id FROM teams t WHERE NOT EXISTS (SELECT 1 FROM games g WHERE g.home = t.id AND g.home_goals <= g.away_goals);
SELECT home FROM games GROUP BY home HAVING min(home_goals > away_goals) = 1;

-- == different: a share of wins in whole numbers
SELECT home, round(100.0 * sum(home_goals > away_goals) / count(*), 1) FROM games GROUP BY home;
SELECT home, round(100 * sum(home_goals > away_goals) / count(*), 1) FROM games GROUP BY home;

-- == different ordered: goals, then name
SELECT t.name, coalesce(sum(g.home_goals), 0) s FROM teams t LEFT JOIN games g ON g.home = t.id GROUP BY t.id ORDER BY s DESC, t.name;
SELECT t.name, coalesce(sum(g.home_goals), 0) s FROM teams t LEFT JOIN games g ON g.home = t.id GROUP BY t.id ORDER BY s DESC, t.id;

-- == different ordered: NULL goals sort last where they should count as nought
SELECT t.name, coalesce(sum(g.home_goals), 0) s FROM teams t LEFT JOIN games g ON g.home = t.id GROUP BY t.id ORDER BY s DESC, t.name;
SELECT t.name, coalesce(sum(g.home_goals), 0) FROM teams t LEFT JOIN games g ON g.home = t.id GROUP BY t.id ORDER BY sum(g.home_goals) DESC, t.name;

-- == same ordered: names are different, so they make an order total
SELECT name FROM teams ORDER BY city, name;
SELECT name FROM teams ORDER BY city, name, id DESC;
