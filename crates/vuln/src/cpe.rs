//! CPE 2.3 names: `cpe:2.3:a:vendor:product:version:…`. Colons in a part are written `\:`.

use crate::Product;

/// A CPE with its version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cpe {
    parts: [String; 11],
}

impl Cpe {
    /// Reads one; parts that are missing at its end are any.
    pub(crate) fn parse(text: &str) -> Option<Cpe> {
        let mut parts: [String; 11] = std::array::from_fn(|_| String::new());
        let mut place = 0;
        let mut characters = text.strip_prefix("cpe:2.3:")?.chars();
        while let Some(one) = characters.next() {
            match one {
                ':' => place += 1,
                '\\' => parts.get_mut(place)?.extend(characters.next()),
                one => parts.get_mut(place)?.push(one),
            }
        }
        let cpe = Cpe { parts };
        (place > 2 && !cpe.parts[2].is_empty()).then_some(cpe)
    }

    /// The product that it means, of whatever version.
    pub(crate) fn product(&self) -> Product {
        let of = |place: usize| self.parts[place].clone();
        Product {
            part: of(0),
            vendor: of(1),
            product: of(2),
            edition: of(5),
            language: of(6),
            software_edition: of(7),
            target_software: of(8),
            target_hardware: of(9),
            other: of(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let cpe = Cpe::parse(r"cpe:2.3:a:b\:c:d\-e:1.0:*:*:*:*:node.js:*:*").unwrap();
        let product = cpe.product();
        assert_eq!([&*product.part, &*product.vendor, &*product.product], ["a", "b:c", "d-e"]);
        assert_eq!(product.target_software, "node.js");
        assert_eq!(Cpe::parse("cpe:2.3:a:b"), None);
        assert_eq!(Cpe::parse("cpe:/a:b:c"), None);
        assert_eq!(Cpe::parse("cpe:2.3:a:b:c:1:2:3:4:5:6:7:8:9:10"), None);
    }
}
