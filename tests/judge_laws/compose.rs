//! Composes queries over a schema from a sequence of numbers, so that a shorter sequence of smaller numbers makes a
//! plainer query. A query is kept in parts, and can be written in several ways that mean the same.

use std::collections::BTreeSet;

/// A schema, as one composes queries over it.
pub struct World {
    pub name: &'static str,
    pub ddl: &'static str,
    tables: Vec<Table>,
    links: Vec<Link>,
}

struct Table {
    name: &'static str,
    columns: Vec<(&'static str, Kind)>,
}

/// Columns of one table that are joined to columns of another.
struct Link {
    ends: [(usize, Vec<&'static str>); 2],
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    Time,
}

impl World {
    /// Reads a schema from lines of `table: number# text$ time@ …`, and `table.a,b = table.c,d` for what is joined.
    pub fn new(name: &'static str, ddl: &'static str, lines: &'static str) -> World {
        let mut world = World { name, ddl, tables: Vec::new(), links: Vec::new() };
        for line in lines.lines().map(str::trim) {
            if let Some((table, columns)) = line.split_once(": ") {
                let kind = |column: &str| match column.as_bytes().last() {
                    Some(b'#') => Kind::Number,
                    Some(b'$') => Kind::Text,
                    _ => Kind::Time,
                };
                let columns =
                    columns.split(' ').map(|column| (&column[..column.len() - 1], kind(column))).collect();
                world.tables.push(Table { name: table, columns });
            } else if let Some((left, right)) = line.split_once(" = ") {
                let end = |text: &'static str| {
                    let (table, columns) = text.split_once('.').expect("a link names tables");
                    let at = world.tables.iter().position(|known| known.name == table);
                    (at.expect("the table is known"), columns.split(',').collect())
                };
                let ends = [end(left), end(right)];
                world.links.push(Link { ends });
            }
        }
        world
    }
}

/// A sequence of numbers that decide; when it has come to its end, all further ones are 0.
struct Choices<'c> {
    numbers: std::slice::Iter<'c, u16>,
}

impl Choices<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.numbers.next().map_or(0, |number| usize::from(*number) % n)
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// A query in parts. `§0`, `§1` … stand for the names of its tables.
#[derive(Debug, Clone)]
pub struct Query {
    members: Vec<Member>,
    conjuncts: Vec<String>,
    distinct: bool,
    outputs: Vec<String>,
    group: Vec<String>,
    having: Option<String>,
    /// Whether the rows come in the order of all columns.
    pub ordered: bool,
    limit: Option<usize>,
    /// Whether what it gives hangs on an order that nothing settles.
    pub loose: bool,
}

#[derive(Debug, Clone)]
struct Member {
    table: &'static str,
    left: bool,
    on: Vec<Join>,
}

/// A condition that joins: the members that it speaks of, and its text.
#[derive(Debug, Clone)]
struct Join {
    of: BTreeSet<usize>,
    text: String,
}

/// Ways to write one query.
pub struct Style {
    /// What the tables are called.
    pub aliases: [&'static str; 3],
    /// Whether what may stand in any order stands in reverse.
    pub reversed: bool,
    /// Whether it stands in `SELECT * FROM (…)`.
    pub wrapped: bool,
}

pub const PLAIN: Style = Style { aliases: ["a", "b", "c"], reversed: false, wrapped: false };

impl Query {
    /// Composes a query; `loose` lets it hang on luck.
    pub fn compose(world: &World, numbers: &[u16], loose: bool) -> Query {
        let mut composer = Composer { world, choices: Choices { numbers: numbers.iter() }, at: Vec::new() };
        composer.query(loose)
    }

    /// The query as SQL.
    pub fn sql(&self, style: &Style) -> String {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        let mut conjuncts = self.conjuncts.clone();
        if style.reversed {
            conjuncts.reverse();
            if self.members.iter().all(|member| !member.left) {
                order.reverse();
            }
        }
        let outputs: Vec<String> =
            self.outputs.iter().enumerate().map(|(at, text)| format!("{text} AS c{}", at + 1)).collect();
        let distinct = if self.distinct { "DISTINCT " } else { "" };
        let mut clauses = vec![format!("SELECT {distinct}{}", outputs.join(", "))];
        let mut there = BTreeSet::new();
        let mut waiting: Vec<&Join> = self.members.iter().flat_map(|member| &member.on).collect();
        for (place, at) in order.iter().enumerate() {
            let Member { table, left, .. } = &self.members[*at];
            there.insert(*at);
            if place == 0 {
                clauses.push(format!("FROM {table} AS §{at}"));
                continue;
            }
            let (now, later) = waiting.into_iter().partition::<Vec<_>, _>(|join| join.of.is_subset(&there));
            waiting = later;
            let on: Vec<&str> = now.iter().map(|join| join.text.as_str()).collect();
            let on = if on.is_empty() { "true".to_owned() } else { on.join(" AND ") };
            clauses.push(format!("{}JOIN {table} AS §{at} ON {on}", if *left { "LEFT " } else { "" }));
        }
        if !conjuncts.is_empty() {
            clauses.push(format!("WHERE {}", conjuncts.join(" AND ")));
        }
        if !self.group.is_empty() {
            clauses.push(format!("GROUP BY {}", self.group.join(", ")));
        }
        clauses.extend(self.having.as_ref().map(|having| format!("HAVING {having}")));
        if self.ordered {
            let keys: Vec<String> = (1..=self.outputs.len()).map(|at| at.to_string()).collect();
            clauses.push(format!("ORDER BY {}", keys.join(", ")));
        } else if self.loose && self.limit.is_some() {
            clauses.push("ORDER BY 1".to_owned());
        }
        clauses.extend(self.limit.map(|limit| format!("LIMIT {limit}")));
        let mut sql = clauses.join(" ");
        if style.wrapped {
            sql = format!("SELECT * FROM ({sql})");
        }
        for (at, alias) in style.aliases.iter().enumerate() {
            sql = sql.replace(&format!("§{at}"), alias);
        }
        sql
    }
}

struct Composer<'w, 'c> {
    world: &'w World,
    choices: Choices<'c>,
    /// The tables of the members so far.
    at: Vec<usize>,
}

impl Composer<'_, '_> {
    fn query(&mut self, loose: bool) -> Query {
        let count = 1 + self.choices.below(3);
        let mut members = Vec::new();
        for _ in 0..count {
            let member = self.member();
            members.extend(member);
        }
        let mut conjuncts = Vec::new();
        for _ in 0..self.choices.below(4) {
            conjuncts.push(self.condition(2));
        }
        let mut query = Query {
            members,
            conjuncts,
            distinct: false,
            outputs: Vec::new(),
            group: Vec::new(),
            having: None,
            ordered: false,
            limit: None,
            loose,
        };
        if self.choices.below(2) == 0 {
            query.distinct = self.choices.below(3) == 2;
            for _ in 0..=self.choices.below(3) {
                let output = self.output();
                query.outputs.push(output);
            }
        } else {
            for _ in 0..self.choices.below(3) {
                let column = self.column(None);
                query.group.push(column.clone());
                query.outputs.push(column);
            }
            for _ in 0..=self.choices.below(2) {
                let aggregate = self.aggregate(loose);
                query.outputs.push(aggregate);
            }
            if !query.group.is_empty() && self.choices.below(4) == 3 {
                query.having = Some(format!("count(*) {} {}", self.operator(), 1 + self.choices.below(3)));
            }
        }
        let tail = self.choices.below(4);
        query.ordered = tail >= 2 && !loose;
        query.limit = (tail == 3).then(|| 1 + self.choices.below(4));
        query
    }

    /// One more table, joined to one that is there where a link says how.
    fn member(&mut self) -> Option<Member> {
        let number = self.at.len();
        let world = self.world;
        if number == 0 {
            let table = self.choices.below(world.tables.len());
            self.at.push(table);
            return Some(Member { table: world.tables[table].name, left: false, on: Vec::new() });
        }
        let mut ways = Vec::new();
        for (there, table) in self.at.iter().enumerate() {
            for link in &world.links {
                for (near, far) in [(0, 1), (1, 0)] {
                    if link.ends[near].0 == *table {
                        ways.push((there, &link.ends[near].1, &link.ends[far]));
                    }
                }
            }
        }
        if ways.is_empty() {
            return None;
        }
        let (there, near, (table, far)) = self.choices.pick(&ways);
        let text: Vec<String> =
            near.iter().zip(far).map(|(near, far)| format!("§{there}.{near} = §{number}.{far}")).collect();
        let mut on = vec![Join { of: BTreeSet::from([there, number]), text: text.join(" AND ") }];
        self.at.push(*table);
        if self.choices.below(4) == 3 {
            on.push(Join { of: BTreeSet::from([number]), text: self.simple(number) });
        }
        let left = self.choices.below(3) == 2;
        Some(Member { table: world.tables[*table].name, left, on })
    }

    fn operator(&mut self) -> &'static str {
        self.choices.pick(&["=", ">=", "<", "<>", ">", "<="])
    }

    fn constant(&mut self, kind: Kind) -> &'static str {
        match kind {
            Kind::Number => self.choices.pick(&["1", "2", "0", "3", "10", "100", "-1", "2.5"]),
            Kind::Text => self.choices.pick(&["'a'", "'b'", "'paid'", "'DE'", "'Ab'", "''"]),
            Kind::Time => {
                self.choices.pick(&["'2026-03-01'", "'2026-02-14 12:00:00'", "'2025-12-31 23:59:59'"])
            }
        }
    }

    /// A column of a member, or of any.
    fn column(&mut self, member: Option<usize>) -> String {
        self.column_and_kind(member).0
    }

    fn column_and_kind(&mut self, member: Option<usize>) -> (String, Kind) {
        let member = member.unwrap_or_else(|| self.choices.below(self.at.len()));
        let (column, kind) = self.choices.pick(&self.world.tables[self.at[member]].columns);
        (format!("§{member}.{column}"), kind)
    }

    fn output(&mut self) -> String {
        let (column, kind) = self.column_and_kind(None);
        match (self.choices.below(6), kind) {
            (4, Kind::Number) => format!("{column} * 2 - 1"),
            (4, Kind::Text) => format!("upper({column})"),
            (4, Kind::Time) => format!("substr({column}, 1, 7)"),
            (5, _) => format!("coalesce({column}, 0)"),
            _ => column,
        }
    }

    fn aggregate(&mut self, loose: bool) -> String {
        let (column, kind) = self.column_and_kind(None);
        match self.choices.below(if loose { 8 } else { 6 }) {
            0 => "count(*)".to_owned(),
            1 => format!("count({column})"),
            2 => format!("count(DISTINCT {column})"),
            3 if kind == Kind::Number => format!("sum({column})"),
            4 if kind == Kind::Number => format!("avg({column})"),
            3 | 4 => format!("min({column})"),
            5 => format!("max({column})"),
            6 => format!("group_concat({column})"),
            _ => column,
        }
    }

    /// A condition on one column of a member.
    fn simple(&mut self, member: usize) -> String {
        let (column, kind) = self.column_and_kind(Some(member));
        match self.choices.below(5) {
            0 => format!("{column} {} {}", self.operator(), self.constant(kind)),
            1 => format!("{column} IS NOT NULL"),
            2 => format!("{column} IN ({}, {})", self.constant(kind), self.constant(kind)),
            3 => format!("{column} BETWEEN {} AND {}", self.constant(kind), self.constant(kind)),
            _ => format!("{column} LIKE {}", self.choices.pick(&["'a%'", "'%b'", "'_a%'", "'2%'"])),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        let member = self.choices.below(self.at.len());
        match self.choices.below(if depth > 0 { 9 } else { 3 }) {
            0 | 1 => self.simple(member),
            2 => format!("{} IS NULL", self.column(Some(member))),
            3 => {
                let (column, kind) = self.column_and_kind(Some(member));
                let (other, beside) = self.column_and_kind(None);
                if kind == beside {
                    format!("{column} {} {other}", self.operator())
                } else {
                    "true".to_owned()
                }
            }
            4 => format!("({} OR {})", self.condition(depth - 1), self.condition(depth - 1)),
            5 => format!("NOT ({})", self.condition(depth - 1)),
            6 => {
                let (from, _) = self.below_member(member);
                format!("{}EXISTS (SELECT 1 {from})", self.choices.pick(&["", "NOT "]))
            }
            7 => {
                let (from, _) = self.below_member(member);
                format!("(SELECT count(*) {from}) {} {}", self.operator(), self.choices.below(4))
            }
            _ => {
                let (column, kind) = self.column_and_kind(Some(member));
                let table = self.choices.below(self.world.tables.len());
                let mut same = self.world.tables[table].columns.iter().filter(|(_, other)| *other == kind);
                let Some((other, _)) = same.next_back() else { return "true".to_owned() };
                let not = self.choices.pick(&["", "NOT "]);
                format!("{column} {not}IN (SELECT s.{other} FROM {} AS s)", self.world.tables[table].name)
            }
        }
    }

    /// FROM and WHERE of a query on a table that is linked to a member, or on any.
    fn below_member(&mut self, member: usize) -> (String, usize) {
        let world = self.world;
        let table = self.at[member];
        let mut ways = Vec::new();
        for link in &world.links {
            for (near, far) in [(0, 1), (1, 0)] {
                if link.ends[near].0 == table {
                    ways.push((&link.ends[near].1, &link.ends[far]));
                }
            }
        }
        let Some((near, (other, far))) = (!ways.is_empty()).then(|| self.choices.pick(&ways)) else {
            return (format!("FROM {} AS s", world.tables[table].name), table);
        };
        let text: Vec<String> =
            near.iter().zip(far).map(|(near, far)| format!("s.{far} = §{member}.{near}")).collect();
        (format!("FROM {} AS s WHERE {}", world.tables[*other].name, text.join(" AND ")), *other)
    }
}
