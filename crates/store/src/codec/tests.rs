//! What is written is read again, and nothing else is.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{
    arbitrary, facts, image, open, read_facts, read_image, read_stack, read_texts, reread, stack,
    texts,
};
use crate::KeptLayer;

fn borrowed(layer: &KeptLayer) -> KeptLayer<&model::LayerFacts> {
    KeptLayer { size: layer.size, diff_id: layer.diff_id.clone(), facts: &layer.facts }
}

proptest! {
    #[test]
    fn facts_are_read_as_they_were_written(layer in arbitrary::layer()) {
        let bytes = facts("key", &borrowed(&layer)).unwrap();
        prop_assert_eq!(read_facts("key", &bytes), Ok(layer));
    }

    #[test]
    fn texts_are_read_as_they_were_written(written in arbitrary::texts()) {
        let bytes = texts("key", &written).unwrap();
        prop_assert_eq!(read_texts("key", &bytes), Ok(written));
    }

    #[test]
    fn images_are_read_as_they_were_written(written in arbitrary::image()) {
        let bytes = image("key", &written).unwrap();
        prop_assert_eq!(read_image("key", &bytes), Ok(written));
    }

    #[test]
    fn stacks_are_read_as_they_were_written((layers, image) in arbitrary::stack()) {
        let kept: Vec<_> = layers.iter().map(|one| facts("layer", &borrowed(one)).unwrap()).collect();
        let open = |bytes| open("layer", bytes).unwrap();
        let with: Vec<_> =
            layers.iter().zip(&kept).map(|(one, bytes)| (&one.facts, open(bytes))).collect();
        let bytes = stack("key", 5, &with, &image).unwrap();
        let opened: Vec<_> = kept.iter().map(|bytes| open(bytes)).collect();
        let read = read_stack("key", 5, &opened, &bytes).unwrap().unwrap();
        prop_assert_eq!(read.image, image);
        let known: Vec<_> = layers.iter().map(|one| (one.size, one.diff_id.clone())).collect();
        let read: Vec<_> = read.layers.into_iter().map(|one| (one.size, one.diff_id)).collect();
        prop_assert_eq!(read, known);
        prop_assert_eq!(read_stack("key", 6, &opened, &bytes), Ok(None));
        // Other layers than those that it was written with mean other files, or none, but do no harm.
        if let Some((_, fewer)) = opened.split_last() {
            prop_assert!(read_stack("key", 5, fewer, &bytes).is_err());
        }
    }

    #[test]
    fn a_flipped_bit_or_a_missing_end_is_noticed(
        layer in arbitrary::layer(), place in any::<proptest::sample::Index>(), bit in 0..8_u8,
    ) {
        let mut bytes = facts("key", &borrowed(&layer)).unwrap();
        let place = place.index(bytes.len());
        prop_assert!(read_facts("key", &bytes[..place]).is_err());
        bytes[place] ^= 1_u8 << bit;
        prop_assert!(read_facts("key", &bytes).is_err());
    }

    #[test]
    fn any_content_is_refused_or_means_the_same_once_written_again(
        content in proptest::collection::vec(0..24_u8, 0..200), raw in any::<[u8; 32]>(),
    ) {
        prop_assert_eq!(reread(&content, &raw), Ok(()));
        prop_assert_eq!(reread(&content, &[]), Ok(()));
    }
}
