//! Moments as seconds since 1970 in UTC, and the ways in which they stand in text columns: what generating millions
//! of them needs. Knows no clock; whoever needs a present moment is given one.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

/// Seconds in a day.
pub(crate) const DAY: i64 = 86_400;

/// How a moment stands in a text column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `2026-03-15 12:00:00`.
    #[default]
    DateTime,
    /// `2026-03-15`.
    Date,
    /// `2026-03`.
    Month,
    /// `15/03/2026`.
    DayFirst,
}

impl Format {
    /// How many bytes a moment takes.
    pub(crate) fn width(self) -> usize {
        match self {
            Format::DateTime => 19,
            Format::Date | Format::DayFirst => 10,
            Format::Month => 7,
        }
    }
}

/// The month (0 is January) of a day counted from 1970-01-01.
pub(crate) fn month(day: i64) -> usize {
    civil(day * DAY).month() as usize - 1
}

/// The weekday (0 is Monday) of a day counted from 1970-01-01.
pub(crate) fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

fn civil(seconds: i64) -> DateTime {
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(moment)
}

/// Reads `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD`; `None` unless the text is exactly one of them and exists.
pub(crate) fn parse(text: &str) -> Option<(i64, Format)> {
    // Only these two forms sort as time does, and jiff reads many more.
    let shaped = |pattern: &str| {
        text.len() == pattern.len()
            && text
                .bytes()
                .zip(pattern.bytes())
                .all(|(b, p)| if p == b'9' { b.is_ascii_digit() } else { b == p })
    };
    let (moment, format) = if shaped("9999-99-99") {
        (text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0), Format::Date)
    } else if shaped("9999-99-99 99:99:99") {
        (text.parse().ok()?, Format::DateTime)
    } else {
        return None;
    };
    Some((TimeZone::UTC.to_timestamp(moment).ok()?.as_second(), format))
}

/// Writes moments as text, and remembers the last day written: moments that follow each other share it.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    day: i64,
    date: [u8; 10],
}

impl Default for Writer {
    fn default() -> Self {
        Self { day: 0, date: *b"1970-01-01" }
    }
}

/// Room for the longest text of a moment.
pub(crate) type Stamp = [u8; 19];

impl Writer {
    /// Writes a moment into the first bytes of `stamp`: as many as the format's width.
    pub(crate) fn write(&mut self, seconds: i64, format: Format, stamp: &mut Stamp) {
        let day = seconds.div_euclid(DAY);
        if day != self.day {
            let date = civil(seconds).date();
            digits(&mut self.date[0..4], date.year().into());
            digits(&mut self.date[5..7], date.month().into());
            digits(&mut self.date[8..10], date.day().into());
            self.day = day;
        }
        match format {
            Format::DateTime => {
                let second = seconds.rem_euclid(DAY);
                stamp[..10].copy_from_slice(&self.date);
                stamp[10..].copy_from_slice(b" 00:00:00");
                digits(&mut stamp[11..13], second / 3_600);
                digits(&mut stamp[14..16], second / 60 % 60);
                digits(&mut stamp[17..19], second % 60);
            }
            Format::Date => {
                stamp[..10].copy_from_slice(&self.date);
            }
            Format::Month => {
                stamp[..7].copy_from_slice(&self.date[..7]);
            }
            Format::DayFirst => {
                stamp[..10].copy_from_slice(b"  /  /    ");
                stamp[0..2].copy_from_slice(&self.date[8..10]);
                stamp[3..5].copy_from_slice(&self.date[5..7]);
                stamp[6..10].copy_from_slice(&self.date[0..4]);
            }
        }
    }
}

/// Fills a slice with the last decimal digits of a number that is not negative.
fn digits(out: &mut [u8], mut number: i64) {
    for byte in out.iter_mut().rev() {
        *byte = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seconds: i64, format: Format) -> String {
        let mut stamp = [0; 19];
        Writer::default().write(seconds, format, &mut stamp);
        String::from_utf8(stamp[..format.width()].to_vec()).expect("digits and signs")
    }

    #[test]
    fn what_is_read_is_written_again() {
        for case in
            ["1970-01-01 00:00:00", "2024-02-29 23:59:59", "2026-03-15 12:00:00", "1999-12-31 00:00:01"]
        {
            let (seconds, format) = parse(case).expect(case);
            assert_eq!((text(seconds, format).as_str(), format), (case, Format::DateTime));
        }
        let (seconds, format) = parse("2026-03-05").expect("a day");
        assert_eq!(format, Format::Date);
        assert_eq!(text(seconds, Format::Date), "2026-03-05");
        assert_eq!(text(seconds, Format::Month), "2026-03");
        assert_eq!(text(seconds, Format::DayFirst), "05/03/2026");
    }

    #[test]
    fn a_day_knows_its_month_and_weekday() {
        let (seconds, _) = parse("2026-03-15").expect("a day");
        assert_eq!((month(seconds / DAY), weekday(seconds / DAY)), (2, 6), "a Sunday in March");
        assert_eq!((month(0), weekday(0)), (0, 3), "a Thursday in January");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for case in [
            "2026-02-30",
            "2026-13-01",
            "2026-3-1",
            "2026-03-15T12:00:00",
            "2026-03-15 24:00:00",
            "",
            "20260315xx",
        ] {
            assert_eq!(parse(case), None, "{case}");
        }
    }
}
