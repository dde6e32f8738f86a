//! Whole numbers as text and back. The standard library's ways bring its formatter, and a parser for
//! each type, which every visitor would pay for.
//!
//! ```
//! use consent_gate::decimal;
//! assert_eq!(decimal::text(305), "305");
//! assert_eq!(decimal::read("305"), Some(305));
//! assert_eq!(decimal::read("-1"), None);
//! ```

/// The number in digits.
#[must_use]
pub fn text(number: usize) -> String {
    let mut text = String::new();
    push(&mut text, number);
    text
}

/// Puts the digits of a number at the end of a text.
pub fn push(out: &mut String, number: usize) {
    if number > 9 {
        push(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// The number of a text that is nothing but digits, if it is not too large.
#[must_use]
pub fn read(text: &str) -> Option<u32> {
    let mut number: u32 = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number
            .checked_mul(10)?
            .checked_add(u32::from(byte - b'0'))?;
    }
    (!text.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{read, text};

    #[test]
    fn numbers_are_written_without_a_formatter() {
        for number in [0, 9, 10, 305, 4_294_967_295] {
            assert_eq!(text(number), number.to_string());
        }
    }

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        for digits in ["0", "007", "65535", "4294967295"] {
            assert_eq!(read(digits), digits.parse().ok(), "{digits}");
        }
        for other in [
            "",
            "-1",
            "+1",
            "1.0",
            " 1",
            "1 ",
            "0x1",
            "4294967296",
            "٣",
            "1e3",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
