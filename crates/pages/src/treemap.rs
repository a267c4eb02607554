//! Sizes as areas: a rectangle for each thing, as square as can be, the largest first. It is a picture without script or links; a
//! table tells the same.

use maud::{Markup, html};

/// How large the picture is drawn, before it is scaled to the page.
const WIDTH: f64 = 1120.0;
const HEIGHT: f64 = 420.0;

/// How much room a name needs: a letter of it, and a line.
const LETTER: f64 = 7.6;
const LINE: f64 = 18.0;

/// One thing.
pub(crate) struct Tile {
    /// What it is called, inert already.
    pub(crate) name: String,
    /// What is told of it.
    pub(crate) told: String,
    pub(crate) size: u64,
    /// How it is painted.
    pub(crate) class: &'static str,
}

/// A rectangle: where it begins, how wide and how high it is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Area {
    fn shorter(self) -> f64 {
        self.width.min(self.height)
    }
}

/// Draws things, the largest first; those of no size are left out.
pub(crate) fn treemap(tiles: &[Tile], label: &str) -> Markup {
    let sizes: Vec<f64> = tiles.iter().map(|tile| share(tile.size)).collect();
    let areas = laid(&sizes, Area { left: 0.0, top: 0.0, width: WIDTH, height: HEIGHT });
    html! {
        svg.map role="img" aria-label=(label) viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            @for (tile, area) in tiles.iter().zip(areas) {
                @if area.width > 0.5 && area.height > 0.5 {
                    g class=(tile.class) {
                        title { (tile.name) ": " (tile.told) }
                        rect x=(rounded(area.left)) y=(rounded(area.top)) width=(rounded(area.width)) height=(rounded(area.height)) {}
                        (named(tile, area))
                    }
                }
            }
        }
    }
}

/// The name, where there is room for it, and below it what is told.
fn named(tile: &Tile, area: Area) -> Markup {
    let fits = |text: &str| {
        let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        f64::from(letters) * LETTER + 12.0 <= area.width
    };
    let lines = [&tile.name, &tile.told];
    let lines = lines.iter().enumerate().take_while(|(place, text)| {
        let below = u32::try_from(place + 1).map_or(f64::INFINITY, f64::from) * LINE + 6.0;
        fits(text) && below <= area.height
    });
    html! {
        @for (place, text) in lines {
            text x=(rounded(area.left + 6.0)) y=(rounded(area.top + LINE * if place == 0 { 1.0 } else { 2.0 })) { (text) }
        }
    }
}

/// A size as a number that areas can be made of; beyond 2⁵² bytes nothing gets larger.
fn share(size: u64) -> f64 {
    const PART: u64 = 1 << 32;
    let [high, low] =
        [size / PART, size % PART].map(|part| u32::try_from(part).unwrap_or(u32::MAX));
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

fn rounded(value: f64) -> String {
    format!("{value:.1}")
}

/// Lays rectangles of such shares of an area out, in order: each row takes things as long as that makes it more square.
fn laid(sizes: &[f64], whole: Area) -> Vec<Area> {
    let total: f64 = sizes.iter().sum();
    let mut areas = Vec::with_capacity(sizes.len());
    let mut left = whole;
    let mut rest = sizes;
    if total <= 0.0 {
        return vec![Area { width: 0.0, height: 0.0, ..whole }; sizes.len()];
    }
    let scale = whole.width * whole.height / total;
    while !rest.is_empty() {
        let mut taken = 1;
        while taken < rest.len()
            && worst(&rest[..=taken], scale, left) <= worst(&rest[..taken], scale, left)
        {
            taken += 1;
        }
        let (row, others) = rest.split_at(taken);
        left = row_of(row, scale, left, &mut areas);
        rest = others;
    }
    areas
}

/// How far from square the least square one of a row is.
fn worst(row: &[f64], scale: f64, area: Area) -> f64 {
    let sum: f64 = row.iter().sum::<f64>() * scale;
    let side = area.shorter();
    if sum <= 0.0 || side <= 0.0 {
        return f64::INFINITY;
    }
    let thick = sum / side;
    row.iter().fold(1.0, |worst: f64, size| {
        let long = size * scale / thick;
        let ratio = if long > thick { long / thick } else { thick / long };
        worst.max(ratio)
    })
}

/// Puts a row along the shorter side, and gives what is left.
fn row_of(row: &[f64], scale: f64, area: Area, areas: &mut Vec<Area>) -> Area {
    let sum: f64 = row.iter().sum::<f64>() * scale;
    let side = area.shorter();
    let thick = if side > 0.0 { sum / side } else { 0.0 };
    let stands = area.width >= area.height;
    let mut along = 0.0;
    for size in row {
        let long = if thick > 0.0 { size * scale / thick } else { 0.0 };
        areas.push(if stands {
            Area { left: area.left, top: area.top + along, width: thick, height: long }
        } else {
            Area { left: area.left + along, top: area.top, width: long, height: thick }
        });
        along += long;
    }
    if stands {
        Area { left: area.left + thick, width: (area.width - thick).max(0.0), ..area }
    } else {
        Area { top: area.top + thick, height: (area.height - thick).max(0.0), ..area }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Area = Area { left: 0.0, top: 0.0, width: 600.0, height: 400.0 };

    #[test]
    fn areas_are_as_large_as_their_shares_and_fill_the_whole() {
        for sizes in [&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0][..], &[5.0], &[1e12, 1.0, 1.0, 0.0]] {
            let total: f64 = sizes.iter().sum();
            let areas = laid(sizes, WHOLE);
            assert_eq!(areas.len(), sizes.len());
            for (area, size) in areas.iter().zip(sizes) {
                let expect = size / total * WHOLE.width * WHOLE.height;
                assert!((area.width * area.height - expect).abs() < 1e-3, "{area:?} {expect}");
                assert!(area.left >= -1e-6 && area.left + area.width <= WHOLE.width + 1e-6);
                assert!(area.top >= -1e-6 && area.top + area.height <= WHOLE.height + 1e-6);
            }
        }
        // A known case: two of a third each stand at the left, half as high as the whole.
        let areas = laid(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], WHOLE);
        assert_eq!(areas[0], Area { left: 0.0, top: 0.0, width: 300.0, height: 200.0 });
        assert_eq!(areas[1], Area { left: 0.0, top: 200.0, width: 300.0, height: 200.0 });
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(laid(&[], WHOLE), Vec::new());
        let tile = |size| Tile { name: "<a>".into(), told: "1 B".into(), size, class: "same" };
        let drawn = treemap(&[tile(0)], "sizes").into_string();
        assert!(!drawn.contains("<rect"), "{drawn}");
        let drawn = treemap(&[tile(u64::MAX), tile(1)], "sizes").into_string();
        assert_eq!(drawn.matches("<rect").count(), 1, "{drawn}");
        assert!(drawn.contains("<title>&lt;a&gt;: 1 B</title>"), "{drawn}");
    }
}
