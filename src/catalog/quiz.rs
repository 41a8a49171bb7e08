//! What is asked for where plans are to be predicted.

use super::{
    exercise::{Nonsense, at_least},
    raw::quiz::{RawCause, RawForm, RawQuestion, RawQuiz},
};
use crate::plan::quiz::{Case, Cause, Form, Measure, Question, Setting};

/// Questions about plans. None holds its answer.
#[derive(Debug, Clone)]
pub struct PlanQuiz {
    /// The variant of the schema's data on which they are tried.
    pub data: String,
    /// What is there unless a question says otherwise.
    pub given: Setting,
    /// The questions, in the order in which they are asked.
    pub questions: Vec<Question>,
}

impl PlanQuiz {
    /// Makes sense of what a file says.
    pub(super) fn try_from_raw(raw: RawQuiz) -> Result<PlanQuiz, Nonsense> {
        at_least("question", raw.questions.len(), 1)?;
        let given = Setting { indexes: raw.indexes, analyze: raw.analyze };
        let questions = raw.questions.into_iter().enumerate().map(|(at, raw)| {
            question(raw, &given).map_err(|why| ("question", format!("question {}: {why}", at + 1)))
        });
        let questions = questions.collect::<Result<_, _>>()?;
        Ok(PlanQuiz { data: raw.data, given, questions })
    }
}

fn question(raw: RawQuestion, given: &Setting) -> Result<Question, String> {
    let setting = Setting {
        indexes: raw.indexes.clone().unwrap_or_else(|| given.indexes.clone()),
        analyze: raw.analyze.unwrap_or(given.analyze),
    };
    let (ask, note) = (raw.ask.clone(), raw.note.clone());
    let form = Fields { raw, setting: &setting }.form()?;
    Ok(Question { setting, ask, form, note })
}

/// The fields of a question, each taken where its form needs it.
struct Fields<'s> {
    raw: RawQuestion,
    setting: &'s Setting,
}

impl Fields<'_> {
    fn form(mut self) -> Result<Form, String> {
        let form = match self.raw.form {
            RawForm::ScanOrSearch => Form::Seek { sql: self.sql()?, table: self.raw.table.take() },
            RawForm::UsesIndex => Form::UsesIndex { sql: self.sql()? },
            RawForm::ReadsTable => Form::TableRead { sql: self.sql()?, table: self.raw.table.take() },
            RawForm::Sorts => Form::Sorts { sql: self.sql()? },
            RawForm::ScanOrArms => Form::Arms { sql: self.sql()? },
            RawForm::BuildsIndex => Form::Automatic { sql: self.sql()? },
            RawForm::Growth => Form::Growth { sql: self.sql()? },
            RawForm::Dearest => self.extreme(Measure::Cost, false)?,
            RawForm::Cheapest => self.extreme(Measure::Cost, true)?,
            RawForm::MostPages => self.extreme(Measure::Pages, false)?,
            RawForm::FewestPages => self.extreme(Measure::Pages, true)?,
            RawForm::TimesDearer => {
                let mut cases = self.statements(2)?.into_iter().map(|sql| Case { sql, indexes: Vec::new() });
                match (cases.next(), cases.next(), cases.next()) {
                    (Some(dear), Some(cheap), None) => Form::Times { dear, cheap },
                    _ => return Err("two statements are compared, the dearer first".to_owned()),
                }
            }
            RawForm::HelpsMost => {
                let sets = self.options()?.into_iter().map(|set| match set.trim() {
                    "none" => Vec::new(),
                    set => set.split(" + ").map(|index| index.trim().to_owned()).collect(),
                });
                Form::HelpsMost { sets: sets.collect(), sql: self.sql()? }
            }
            RawForm::WhyIgnored => Form::Cause { causes: self.causes()?, sql: self.sql()? },
            RawForm::InsertsMost => {
                Form::Inserts { indexes: self.options()?, sql: self.sql()?, least: false }
            }
            RawForm::InsertsFewest => {
                Form::Inserts { indexes: self.options()?, sql: self.sql()?, least: true }
            }
            RawForm::ChangesWhich => {
                self.indexes(1)?;
                Form::Touches { sql: self.sql()? }
            }
            RawForm::WhichChange => {
                self.indexes(1)?;
                Form::Pays { statements: self.statements(2)? }
            }
            RawForm::CanGo => {
                self.indexes(2)?;
                Form::Spare { queries: self.statements(1)? }
            }
        };
        self.nothing_left()?;
        Ok(form)
    }

    fn sql(&mut self) -> Result<String, String> {
        let sql = self.raw.sql.take().map(|sql| sql.trim().to_owned()).filter(|sql| !sql.is_empty());
        sql.ok_or_else(|| "this form asks about one statement: write sql".to_owned())
    }

    fn statements(&mut self, least: usize) -> Result<Vec<String>, String> {
        let statements = std::mem::take(&mut self.raw.statements);
        if statements.len() < least {
            return Err(format!("this form needs {least} statements or more, and has {}", statements.len()));
        }
        Ok(statements.into_iter().map(|sql| sql.trim().to_owned()).collect())
    }

    fn options(&mut self) -> Result<Vec<String>, String> {
        let options = std::mem::take(&mut self.raw.options);
        if options.len() < 2 {
            return Err(format!("this form needs 2 options or more, and has {}", options.len()));
        }
        Ok(options)
    }

    fn causes(&mut self) -> Result<Vec<Cause>, String> {
        let causes = std::mem::take(&mut self.raw.causes);
        if causes.len() < 2 {
            return Err(format!("this form needs 2 causes or more, and has {}", causes.len()));
        }
        self.indexes(1)?;
        let cause = |RawCause { say, sql, indexes, analyze }| {
            if sql.is_none() && indexes.is_none() && !analyze {
                return Err(format!(
                    "the cause '{say}' lacks the change that takes it away: sql, indexes or analyze"
                ));
            }
            Ok(Cause { say, sql, indexes, analyze })
        };
        causes.into_iter().map(cause).collect()
    }

    fn indexes(&self, least: usize) -> Result<(), String> {
        let have = self.setting.indexes.len();
        if have < least {
            return Err(format!("this form needs {least} indexes or more, and has {have}"));
        }
        Ok(())
    }

    fn extreme(&mut self, measure: Measure, least: bool) -> Result<Form, String> {
        Ok(Form::Dearest { statements: self.statements(2)?, measure, least })
    }

    /// What a form has no use for is a mistake.
    fn nothing_left(&self) -> Result<(), String> {
        let left = [
            ("sql", self.raw.sql.is_some()),
            ("statements", !self.raw.statements.is_empty()),
            ("table", self.raw.table.is_some()),
            ("options", !self.raw.options.is_empty()),
            ("cause", !self.raw.causes.is_empty()),
        ];
        match left.iter().find(|(_, there)| *there) {
            Some((field, _)) => Err(format!("this form has no use for {field}")),
            None => Ok(()),
        }
    }
}
