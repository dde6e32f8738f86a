//! Pictures: PNG in and out, and what differs between two.
//!
//! Another build of the browser, or another library of letters, draws edges a little darker or lighter. So no pixel is compared
//! with a pixel, but means of squares with means of squares, twice: small squares, where a great difference is a thing that moved,
//! came or went; and large ones, where a small difference is another colour.

use std::fmt;
use std::path::Path;

/// Red, green and blue of each pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(|fault| fault.to_string())?;
        let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
        let frame = reader
            .next_frame(&mut pixels)
            .map_err(|fault| fault.to_string())?;
        let pixels = match frame.color_type {
            png::ColorType::Rgb => pixels,
            png::ColorType::Rgba => pixels
                .chunks_exact(4)
                .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
                .collect(),
            other => return Err(format!("{other:?} is not read")),
        };
        Ok(Self {
            width: frame.width as usize,
            height: frame.height as usize,
            pixels,
        })
    }

    pub fn write(&self, path: &Path) -> Result<(), String> {
        let say = |fault: &dyn fmt::Display| format!("{}: {fault}", path.display());
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(
            &mut bytes,
            u32::try_from(self.width).map_err(|fault| say(&fault))?,
            u32::try_from(self.height).map_err(|fault| say(&fault))?,
        );
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().map_err(|fault| say(&fault))?;
        writer
            .write_image_data(&self.pixels)
            .map_err(|fault| say(&fault))?;
        writer.finish().map_err(|fault| say(&fault))?;
        std::fs::write(path, bytes).map_err(|fault| say(&fault))
    }

    /// The squares of this size in which the two differ by more than `most` in a colour, as their corners.
    fn differing(&self, other: &Self, size: usize, most: u32) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for top in (0..self.height).step_by(size) {
            for left in (0..self.width).step_by(size) {
                let (own, its) = (self.mean(left, top, size), other.mean(left, top, size));
                if own
                    .iter()
                    .zip(its)
                    .any(|(one, two)| one.abs_diff(two) > most)
                {
                    found.push((left, top));
                }
            }
        }
        found
    }

    fn mean(&self, left: usize, top: usize, size: usize) -> [u32; 3] {
        let mut sum = [0; 3];
        let mut count = 0;
        for row in top..(top + size).min(self.height) {
            for column in left..(left + size).min(self.width) {
                let at = 3 * (row * self.width + column);
                for (total, part) in sum.iter_mut().zip(&self.pixels[at..at + 3]) {
                    *total += u32::from(*part);
                }
                count += 1;
            }
        }
        sum.map(|total| total / count.max(1))
    }

    /// What is wrong with this picture beside the approved one, with a picture of where.
    pub fn fault(&self, approved: &Self) -> Option<(String, Self)> {
        if (self.width, self.height) != (approved.width, approved.height) {
            let fault = format!(
                "is {} x {} and not {} x {}",
                self.width, self.height, approved.width, approved.height
            );
            return Some((fault, self.clone()));
        }
        let moved = self.differing(approved, SMALL, MOVED);
        let coloured = self.differing(approved, LARGE, COLOURED);
        if moved.len() <= STRAY && coloured.is_empty() {
            return None;
        }
        let mut marked = self.faded();
        for (squares, size, colour) in [
            (&coloured, LARGE, [255, 170, 0]),
            (&moved, SMALL, [230, 0, 60]),
        ] {
            for &(left, top) in squares {
                marked.frame(left, top, size, colour);
            }
        }
        let fault = format!(
            "differs in {} small squares (from {:?}) and {} large ones (from {:?})",
            moved.len(),
            moved.first(),
            coloured.len(),
            coloured.first()
        );
        Some((fault, marked))
    }

    fn faded(&self) -> Self {
        let pixels = self.pixels.iter().map(|part| 170 + part / 3).collect();
        Self { pixels, ..*self }
    }

    fn frame(&mut self, left: usize, top: usize, size: usize, colour: [u8; 3]) {
        let (right, bottom) = ((left + size).min(self.width), (top + size).min(self.height));
        for row in top..bottom {
            for column in left..right {
                if row == top || column == left || row + 1 == bottom || column + 1 == right {
                    let at = 3 * (row * self.width + column);
                    self.pixels[at..at + 3].copy_from_slice(&colour);
                }
            }
        }
    }
}

// Measured: with other hinting and letters put on whole pixels no mean of a small square differs by more than 57 of 255, of a large
// one by more than 5.

/// The side of a small square, how much its mean may differ, and how many may differ by more.
const SMALL: usize = 4;
const MOVED: u32 = 64;
const STRAY: usize = 8;

/// The same of a large one.
const LARGE: usize = 32;
const COLOURED: u32 = 7;

#[cfg(test)]
mod tests {
    use super::Picture;

    /// A light page with a dark button, and lines of words beside it, whose edges are as dark as `edge` says.
    fn page(button: (usize, usize), colour: u8, lines: usize, edge: u8) -> Picture {
        let (width, height) = (200, 120);
        let mut picture = Picture {
            width,
            height,
            pixels: vec![250; 3 * width * height],
        };
        let mut put = |column: usize, row: usize, colour: u8| {
            let at = 3 * (row * width + column);
            picture.pixels[at..at + 3].fill(colour);
        };
        for row in 0..44 {
            for column in 0..80 {
                put(button.0 + column, button.1 + row, colour);
            }
        }
        for line in 0..lines {
            for letter in 0..11 {
                let (left, top) = (100 + 8 * letter, 20 + 20 * line);
                for row in 0..9 {
                    put(left, top + row, edge);
                    put(left + 1, top + row, 30);
                    put(left + 2, top + row, edge);
                }
            }
        }
        picture
    }

    #[test]
    fn other_edges_are_no_difference_and_all_else_is() {
        let approved = page((10, 50), 60, 4, 140);
        let fault = |other: &Picture| other.fault(&approved).map(|(fault, _)| fault);
        for (what, same) in [("itself", 140), ("thinner", 170), ("bolder", 110)] {
            assert_eq!(fault(&page((10, 50), 60, 4, same)), None, "{what}");
        }
        let different = [
            ("a moved button", page((12, 50), 60, 4, 140)),
            ("a paler button", page((10, 50), 72, 4, 140)),
            ("a lost line", page((10, 50), 60, 3, 140)),
        ];
        for (what, other) in different {
            assert!(fault(&other).is_some(), "{what} is not found");
        }
    }
}
