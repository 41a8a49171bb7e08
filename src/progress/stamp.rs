//! A moment of the learner's own clock: what is kept of when something was done. It is handed in by whoever may ask the
//! clock, and never reaches SQL that is judged.

use std::{fmt, str::FromStr};

use jiff::{
    Timestamp,
    civil::Date,
    fmt::temporal::{Pieces, PiecesOffset},
    tz::Offset,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A moment to the millisecond, and how far the learner's clock was ahead of UTC then, which decides the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    at: Timestamp,
    east: Offset,
}

/// Tells the time.
pub type Clock = fn() -> Stamp;

impl Default for Stamp {
    /// The beginning of 1970 in UTC: what a clock says that nobody has set.
    fn default() -> Stamp {
        Stamp { at: Timestamp::UNIX_EPOCH, east: Offset::UTC }
    }
}

impl Stamp {
    /// A moment in milliseconds since 1970 began in UTC, with the clock so many minutes ahead of UTC; `None`: no
    /// calendar reaches there.
    pub fn new(unix_ms: i64, minutes_east: i64) -> Option<Stamp> {
        let at = Timestamp::from_millisecond(unix_ms).ok()?;
        let seconds = i32::try_from(minutes_east.checked_mul(60)?).ok()?;
        Some(Stamp { at, east: Offset::from_seconds(seconds).ok()? })
    }

    /// Milliseconds since 1970 began in UTC.
    pub fn unix_ms(self) -> i64 {
        self.at.as_millisecond()
    }

    /// How many minutes the clock was ahead of UTC.
    pub fn minutes_east(self) -> i64 {
        i64::from(self.east.seconds() / 60)
    }

    /// The learner's day.
    pub fn day(self) -> Date {
        self.east.to_datetime(self.at).date()
    }
}

impl fmt::Display for Stamp {
    /// As RFC 3339 writes it, with the learner's offset.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.at.display_with_offset(self.east))
    }
}

impl FromStr for Stamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Stamp, String> {
        let wrong = || format!("'{text}' is no moment such as 2026-03-01T18:30:00+01:00");
        let at: Timestamp = text.parse().map_err(|_| wrong())?;
        let east = match Pieces::parse(text).map_err(|_| wrong())?.offset() {
            Some(PiecesOffset::Numeric(offset)) => offset.offset(),
            Some(_) | None => Offset::UTC,
        };
        Stamp::new(at.as_millisecond(), i64::from(east.seconds() / 60)).ok_or_else(wrong)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Stamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for text in
            ["2026-03-01T18:30:00+01:00", "2026-03-01T18:30:00.123-03:30", "1970-01-01T00:00:00+00:00"]
        {
            assert_eq!(text.parse::<Stamp>().unwrap().to_string(), text);
        }
        let utc: Stamp = "2026-03-01T23:30:00Z".parse().unwrap();
        assert_eq!(utc.day().to_string(), "2026-03-01");
        let east: Stamp = "2026-03-02T00:30:00+01:00".parse().unwrap();
        assert_eq!((east.unix_ms(), east.day().to_string()), (utc.unix_ms(), "2026-03-02".to_owned()));
        for text in ["", "2026-03-01", "2026-03-01T18:30:00", "yesterday"] {
            assert!(text.parse::<Stamp>().is_err(), "{text}");
        }
        assert_eq!(Stamp::new(i64::MAX, 0), None);
        assert_eq!(Stamp::new(0, 100_000), None);
    }
}
