//! What a query's reader needs to know of a schema: names, keys, which columns may be NULL. Whoever reads a schema
//! from a database fills this in; the places in it name tables and columns everywhere in `sql`.

/// The tables of a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaNames {
    /// The tables; a table's place here is what [`ColumnAt::table`] means.
    pub tables: Vec<TableNames>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableNames {
    /// Its name.
    pub name: String,
    /// Its columns in order.
    pub columns: Vec<ColumnNames>,
    /// The columns of its primary key, by place.
    pub primary_key: Vec<usize>,
    /// Its other unique keys over columns that cannot be NULL, by place.
    pub unique_keys: Vec<Vec<usize>>,
    /// Whether its rows have a rowid: no view, not WITHOUT ROWID.
    pub has_rowid: bool,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnNames {
    /// Its name.
    pub name: String,
    /// Whether it may hold NULL.
    pub nullable: bool,
}

/// A column of the schema, by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnAt {
    /// The table's place in [`SchemaNames::tables`].
    pub table: usize,
    /// The column's place in [`TableNames::columns`].
    pub column: usize,
}

impl SchemaNames {
    /// Finds a table, whatever the case of its name.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|t| t.name.eq_ignore_ascii_case(name))
    }

    /// The column at a place, if there is one.
    pub fn column(&self, at: ColumnAt) -> Option<&ColumnNames> {
        self.tables.get(at.table)?.columns.get(at.column)
    }

    /// The columns of that name in all tables.
    pub fn columns_named(&self, name: &str) -> Vec<ColumnAt> {
        let columns = self.tables.iter().enumerate();
        columns.filter_map(|(table, t)| Some(ColumnAt { table, column: t.column(name)? })).collect()
    }

    /// Reads a schema from lines of `table (column, column?, …)`: a question mark says that the column may be NULL, a
    /// `*` that it belongs to the primary key. For tests and small uses.
    pub fn from_lines(lines: &str) -> SchemaNames {
        let mut schema = SchemaNames::default();
        for line in lines.lines() {
            let Some((name, columns)) = line.trim().trim_end_matches(')').split_once('(') else { continue };
            let mut table =
                TableNames { name: name.trim().to_owned(), has_rowid: true, ..TableNames::default() };
            for (at, column) in columns.split(',').map(str::trim).enumerate() {
                if column.ends_with('*') {
                    table.primary_key.push(at);
                }
                let name = column.trim_end_matches(['*', '?']).to_owned();
                table.columns.push(ColumnNames { name, nullable: column.ends_with('?') });
            }
            schema.tables.push(table);
        }
        schema
    }
}

impl TableNames {
    /// Finds a column, whatever the case of its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
pub(super) const SHOP: &str = "users (id*, name, email, country, referrer_id?, created_at)
    products (id*, name, category, price_cents, discontinued_at?)
    orders (id*, user_id, status, created_at)
    order_items (id*, order_id, product_id, quantity, unit_price_cents)
    payments (id*, order_id?, amount_cents, status, created_at)";
