//! Colours that can be read, whatever the owner asks for.
//!
//! Five to one for every text (WCAG 2.2 §1.4.3 asks 4.5, the TCF policies 5), three to one for what
//! a control is recognised by (§1.4.11). A colour that misses is moved towards black or white until
//! it fits, and named in [`Palette::adjusted`]. It knows nothing of CSS beyond the spelling of a
//! colour.
//!
//! ```
//! use consent_gate::palette::{Color, Palette, Shade};
//! let yellow = Color::parse("#ff0").unwrap();
//! let palette = Palette::new(Shade::Light, &[("accent", yellow)]);
//! assert!(palette.accent.contrast(palette.background) >= 3.0);
//! assert!(palette.accent_text.contrast(palette.accent) >= 5.0);
//! assert_eq!(palette.adjusted, [("accent", palette.accent)]);
//! ```

use crate::decimal;

/// An opaque colour, red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color([u8; 3]);

/// Which of the two themes a palette is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The colours of one theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub background: Color,
    /// Words.
    pub text: Color,
    /// Buttons, and switches that are on.
    pub accent: Color,
    /// Words on buttons.
    pub accent_text: Color,
    /// Around the card; it carries no meaning and needs no contrast.
    pub border: Color,
    /// The ring around what has the focus.
    pub focus: Color,
    /// The owner's colours that had to be moved to be readable, and to where.
    pub adjusted: Vec<(&'static str, Color)>,
}

impl Color {
    const BLACK: Self = Self([0; 3]);
    const WHITE: Self = Self([255; 3]);

    /// Reads `#rgb`, `#rrggbb`, or `rgb(1, 2, 3)` with commas or spaces. Colours whose contrast
    /// can't be computed here (names, `hsl()`, anything see-through) are not read.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let mut bytes = [0; 3];
        if let Some(digits) = text.strip_prefix('#') {
            let short = match digits.len() {
                3 => true,
                6 => false,
                _ => return None,
            };
            let mut digits = digits.bytes().map(|digit| char::from(digit).to_digit(16));
            for byte in &mut bytes {
                let first = digits.next()??;
                let second = if short { first } else { digits.next()?? };
                *byte = (first << 4 | second) as u8;
            }
            return Some(Self(bytes));
        }
        let inner = text.strip_prefix("rgb(")?.strip_suffix(')')?;
        let mut free = bytes.iter_mut();
        for part in inner.split([',', ' ']) {
            if !part.is_empty() {
                *free.next()? = u8::try_from(decimal::read(part)?).ok()?;
            }
        }
        free.next().is_none().then_some(Self(bytes))
    }

    /// As CSS: `#rrggbb`.
    #[must_use]
    pub fn css(self) -> String {
        let mut text = String::from("#");
        for byte in self.0 {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(
                    nibble + if nibble < 10 { b'0' } else { b'a' - 10 },
                ));
            }
        }
        text
    }

    /// The contrast ratio of WCAG 2, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > two { one / two } else { two / one }
    }

    /// Relative luminance (WCAG 2, by sRGB).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Black or white, whichever stands out more.
    fn opposite(self) -> Self {
        if self.contrast(Self::BLACK) > self.contrast(Self::WHITE) {
            Self::BLACK
        } else {
            Self::WHITE
        }
    }

    /// The first colour on the way to `pole`, this one included, that `fits`; else the pole.
    fn towards(self, pole: Self, fits: &dyn Fn(Self) -> bool) -> Self {
        for step in 0..STEPS {
            let color = self.mixed(pole, step);
            if fits(color) {
                return color;
            }
        }
        pole
    }

    /// This colour with `step` parts of [`STEPS`] of `other` in it.
    fn mixed(self, other: Self, step: u16) -> Self {
        let mut bytes = self.0;
        for (byte, goal) in bytes.iter_mut().zip(other.0) {
            let mix = u16::from(*byte) * (STEPS - step) + u16::from(goal) * step;
            // A mean of bytes is a byte.
            *byte = (mix / STEPS) as u8;
        }
        Self(bytes)
    }
}

impl Palette {
    /// The names that an owner's colours can have.
    pub const NAMES: [&'static str; 6] = [
        "background",
        "text",
        "accent",
        "accentText",
        "border",
        "focus",
    ];

    /// A palette from the owner's colours by name; what is missing is built in, or follows from
    /// what is there. A background that is set holds in both themes.
    #[must_use]
    pub fn new(shade: Shade, colors: &[(&str, Color)]) -> Self {
        let mut adjusted = Vec::new();
        let own = |name: &str| {
            for (own, color) in colors {
                if *own == name {
                    return Some(*color);
                }
            }
            None
        };
        // `pole`: where a colour that doesn't fit is moved to.
        let mut fitted = |name, default: Color, pole, fits: &dyn Fn(Color) -> bool| {
            let wanted = own(name);
            let color = wanted.unwrap_or(default).towards(pole, fits);
            if wanted.is_some_and(|wanted| wanted != color) {
                adjusted.push((name, color));
            }
            color
        };
        let [background, text, accent] = match shade {
            Shade::Light => [LIGHT_BACKGROUND, LIGHT_TEXT, LIGHT_ACCENT],
            Shade::Dark => [DARK_BACKGROUND, DARK_TEXT, DARK_ACCENT],
        };
        // On a grey in the middle neither black nor white reaches five to one.
        let carries_text = |color: Color| color.contrast(color.opposite()) >= TEXT_CONTRAST;
        let away = own("background").unwrap_or(background).opposite();
        let background = fitted("background", background, away.opposite(), &carries_text);
        let pole = background.opposite();
        let reads = |color: Color, on: Color| color.contrast(on) >= TEXT_CONTRAST;
        let stands_out = |color: Color| color.contrast(background) >= PART_CONTRAST;
        let text = fitted("text", text, pole, &|color| reads(color, background));
        let accent = fitted("accent", accent, pole, &|color| {
            stands_out(color) && carries_text(color)
        });
        let on_accent = accent.opposite();
        let accent_text = fitted("accentText", on_accent, on_accent, &|color| {
            reads(color, accent)
        });
        let border = background.mixed(text, STEPS / 4);
        let border = fitted("border", border, border, &|_| true);
        let focus = fitted("focus", text, pole, &stands_out);
        Self {
            background,
            text,
            accent,
            accent_text,
            border,
            focus,
            adjusted,
        }
    }

    /// The colours with their names in the style sheet.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, Color); 6] {
        [
            ("background", self.background),
            ("text", self.text),
            ("accent", self.accent),
            ("accent-text", self.accent_text),
            ("border", self.border),
            ("focus", self.focus),
        ]
    }
}

/// One channel of sRGB made linear. The power 2.4 is a square times a fifth root of a square, and
/// the root is found by Newton's way: the whole of `powf` would cost every visitor bytes.
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        return value / 12.92;
    }
    let base = (value + 0.055) / 1.055;
    let square = base * base;
    let mut root = 1.0;
    for _ in 0..NEWTON_STEPS {
        let fourth = root * root * root * root;
        root = (4.0 * root + square / fourth) / 5.0;
    }
    square * root
}

const STEPS: u16 = 32;
const NEWTON_STEPS: u8 = 16;
const TEXT_CONTRAST: f64 = 5.0;
const PART_CONTRAST: f64 = 3.0;

// The built-in colours stand in the style sheet too, for the visitor of a site that sets none.
const LIGHT_BACKGROUND: Color = Color([0xff, 0xff, 0xff]);
const LIGHT_TEXT: Color = Color([0x1b, 0x24, 0x30]);
const LIGHT_ACCENT: Color = Color([0x1f, 0x4f, 0xa8]);
const DARK_BACKGROUND: Color = Color([0x17, 0x1b, 0x22]);
const DARK_TEXT: Color = Color([0xe8, 0xec, 0xf2]);
const DARK_ACCENT: Color = Color([0xa9, 0xc7, 0xff]);

#[cfg(test)]
mod tests {
    use super::{Color, Palette, Shade, linear};

    #[test]
    fn spellings() {
        let teal = Some(Color([0, 128, 128]));
        for text in ["#008080", " rgb(0, 128, 128) ", "rgb(0 128 128)"] {
            assert_eq!(Color::parse(text), teal, "{text}");
        }
        assert_eq!(Color::parse("#fA0").map(Color::css), Some("#ffaa00".into()));
        for text in [
            "",
            "#",
            "#ff",
            "#ffff",
            "#ff00ff80",
            "#ggg",
            "teal",
            "rgb(0,0)",
            "rgb(0,0,256)",
            "rgb(1,2,3,4)",
            "#é0",
            "url(x)",
            "rgb(1,2,3",
            "#1234567",
        ] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    #[test]
    fn luminance_is_that_of_the_standard() {
        for channel in 0..=255 {
            let value = f64::from(channel) / 255.0;
            let exact = if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            };
            assert!((linear(channel) - exact).abs() < 1e-9, "{channel}");
        }
        assert!((Color::BLACK.contrast(Color::WHITE) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn the_built_in_colours_need_no_moving() {
        for shade in [Shade::Light, Shade::Dark] {
            assert_readable(shade, &[]);
            let built_in = Palette::new(shade, &[]);
            let named = [
                ("background", built_in.background),
                ("text", built_in.text),
                ("accent", built_in.accent),
            ];
            assert!(Palette::new(shade, &named).adjusted.is_empty());
        }
    }

    #[test]
    fn any_colours_become_readable() {
        let steps = [0, 60, 110, 118, 120, 128, 190, 255];
        for red in steps {
            for green in steps {
                for blue in steps {
                    let color = Color([red, green, blue]);
                    for shade in [Shade::Light, Shade::Dark] {
                        for name in Palette::NAMES {
                            assert_readable(shade, &[(name, color)]);
                        }
                        assert_readable(shade, &Palette::NAMES.map(|name| (name, color)));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_moved_is_named_and_what_fits_is_kept() {
        let (grey, navy) = (Color([150; 3]), Color([10, 20, 90]));
        let palette = Palette::new(Shade::Light, &[("text", grey), ("accent", navy)]);
        assert_eq!(palette.adjusted, [("text", palette.text)]);
        assert_eq!(palette.accent, navy);
    }

    fn assert_readable(shade: Shade, colors: &[(&str, Color)]) {
        let palette = Palette::new(shade, colors);
        let pairs = [
            (palette.text, palette.background, 5.0),
            (palette.accent_text, palette.accent, 5.0),
            (palette.accent, palette.background, 3.0),
            (palette.focus, palette.background, 3.0),
        ];
        for (front, back, least) in pairs {
            assert!(front.contrast(back) >= least, "{colors:?}: {palette:?}");
        }
    }
}
