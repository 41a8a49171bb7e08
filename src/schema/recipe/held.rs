//! Sizes at which some tables stay as they are while the leading table grows: what history refers to, or all of that
//! but the users.

use super::{Recipe, Scale, model::Source};

/// What stays where the leading table grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Every table that the leading one, or a table whose rows come with it, refers to: users, products.
    Referred,
    /// The same without the one of them that has most rows: products stay, users grow with what they do.
    AllButUsers,
}

impl Recipe {
    /// So many rows of the lead table, and what is held as it is where the lead has `base` rows.
    pub(crate) fn scale_held(&self, lead: u64, base: u64, held: Held) -> Scale {
        let before = Scale::rows(base);
        let mut stay = self.referred_by_history();
        if held == Held::AllButUsers {
            let users =
                stay.iter().copied().max_by_key(|fill| (self.rows_of(*fill, &before), usize::MAX - fill));
            stay.retain(|fill| Some(*fill) != users);
        }
        stay.into_iter().fold(Scale::rows(lead), |scale, fill| {
            scale.with(&self.fills[fill].name, self.rows_of(fill, &before))
        })
    }

    /// The fills with rows of their own that history refers to, and what those refer to in turn. History is the
    /// lead, and all whose rows come with it.
    fn referred_by_history(&self) -> Vec<usize> {
        let history = self.with_children(self.lead);
        let mut found: Vec<usize> = Vec::new();
        let mut open = history.clone();
        while let Some(fill) = open.pop() {
            for column in &self.fills[fill].columns {
                column.make.references(&mut |reference| {
                    let target = self.root(reference.fill);
                    if !history.contains(&target) && !found.contains(&target) {
                        found.push(target);
                        open.extend(self.with_children(target));
                    }
                });
            }
        }
        found.sort_unstable();
        found
    }

    fn with_children(&self, fill: usize) -> Vec<usize> {
        let mut all = vec![fill];
        let mut next = 0;
        while let Some(parent) = all.get(next).copied() {
            all.extend(&self.fills[parent].children);
            next += 1;
        }
        all
    }

    /// The fill with rows of its own that a fill's rows come with.
    fn root(&self, mut fill: usize) -> usize {
        while let Source::Each { parent, .. } = self.fills[fill].source {
            fill = parent;
        }
        fill
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;

    #[test]
    fn what_stays_in_each_schema() {
        let rows = |schema: &str, held| {
            let file = format!("{schema}.toml");
            let (_, text) = embedded::SCHEMAS.iter().find(|(name, _)| *name == file).unwrap();
            let recipe = Recipe::parse(&file, text, None).unwrap();
            let scale = recipe.scale_held(32_000, 2000, held);
            let own = recipe.fills.iter().enumerate();
            let own = own.filter(|(_, fill)| matches!(fill.source, Source::Rows(_)));
            own.map(|(at, fill)| format!("{} {}", fill.name, recipe.rows_of(at, &scale)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let schemas = ["shop", "bank", "events", "hr", "legacy", "links", "ops", "stock"];
        let told: Vec<String> = schemas
            .iter()
            .map(|schema| {
                let (history, users) = (rows(schema, Held::Referred), rows(schema, Held::AllButUsers));
                format!("{schema}: {history}\n    users: {users}")
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        shop: users 300, products 76, orders 32000
            users: users 3200, products 76, orders 32000
        bank: accounts 100, transfers 32000
            users: accounts 1600, transfers 32000
        events: visitors 400, sessions 32000
            users: visitors 6400, sessions 32000
        hr: departments 9, employees 32000
            users: departments 9, employees 32000
        legacy: invoices 32000
            users: invoices 32000
        links: links 20, clicks 32000
            users: links 320, clicks 32000
        ops: jobs 32000, outbox 16000, order_view 6400, api_requests 192000, roles 11, staff 16
            users: jobs 32000, outbox 16000, order_view 6400, api_requests 192000, roles 11, staff 16
        stock: stock 100, reservations 32000
            users: stock 1600, reservations 32000
        ");
    }
}
