//! A moment of the pinned clock: what 'now' is in a sandbox. UTC, whole seconds.

use std::{fmt, str::FromStr};

use jiff::civil::{Date, DateTime};

/// A moment in UTC, to the second, between the years 0000 and 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(DateTime);

/// Milliseconds from the Julian epoch (noon, 24 November 4714 BC) to the Unix epoch, as SQLite counts.
const UNIX_EPOCH_JULIAN_MS: i64 = 210_866_760_000_000;

impl Moment {
    /// Noon of a day.
    pub fn noon(day: Date) -> Moment {
        Moment(day.at(12, 0, 0, 0))
    }

    /// The day on which the moment lies.
    pub fn date(self) -> Date {
        self.0.date()
    }

    /// Date and time of day.
    pub fn civil(self) -> DateTime {
        self.0
    }

    /// Seconds since 1970-01-01 00:00:00.
    pub fn unix_seconds(self) -> i64 {
        let since =
            self.0.date().since(Date::constant(1970, 1, 1)).expect("days between two dates always count");
        let time = self.0.time();
        i64::from(since.get_days()) * 86_400
            + i64::from(time.hour()) * 3600
            + i64::from(time.minute()) * 60
            + i64::from(time.second())
    }

    /// Milliseconds since the Julian epoch: the unit of SQLite's `xCurrentTimeInt64`.
    pub fn julian_ms(self) -> i64 {
        self.unix_seconds() * 1000 + UNIX_EPOCH_JULIAN_MS
    }
}

impl From<DateTime> for Moment {
    fn from(at: DateTime) -> Self {
        Moment(at)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (d, t) = (self.0.date(), self.0.time());
        write!(
            f,
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            d.year(),
            d.month(),
            d.day(),
            t.hour(),
            t.minute(),
            t.second()
        )
    }
}

impl FromStr for Moment {
    type Err = String;

    /// Reads 'YYYY-MM-DD HH:MM:SS', or 'YYYY-MM-DD' as its noon.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("'{text}' is no day: write YYYY-MM-DD or YYYY-MM-DD HH:MM:SS");
        let text = text.trim();
        let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        match shape.as_str() {
            "9999-99-99" => text.parse::<Date>().map(Moment::noon).map_err(|_| wrong()),
            "9999-99-99 99:99:99" | "9999-99-99T99:99:99" => {
                text.replace(' ', "T").parse::<DateTime>().map(Moment).map_err(|_| wrong())
            }
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in
            ["2026-03-15 12:00:00", "2024-02-29 23:59:59", "1970-01-01 00:00:00", "0001-01-01 00:00:01"]
        {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
        assert_eq!("2026-03-31".parse::<Moment>().unwrap().to_string(), "2026-03-31 12:00:00");
        for text in ["2026-02-30", "today", "2026-3-1", "2026-03-01 25:00:00", ""] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }

    #[test]
    fn epochs() {
        let epoch: Moment = "1970-01-01 00:00:00".parse().unwrap();
        assert_eq!(epoch.unix_seconds(), 0);
        // julianday('1970-01-01') is 2440587.5
        assert_eq!(epoch.julian_ms(), 24_405_875 * 8_640_000);
        assert_eq!("2026-03-15 12:00:00".parse::<Moment>().unwrap().unix_seconds(), 1_773_576_000);
    }
}
