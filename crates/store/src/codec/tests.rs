//! What is written is read again, and nothing else is.

use model::Time;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use super::{
    Exported, Odd, Sealed, Seen, arbitrary, facts, frame, image, index, open, read_facts,
    read_image, read_index, read_stack, read_texts, reread, stack, texts,
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
        let opened: Vec<_> = kept.iter().map(|bytes| open("layer", bytes).unwrap()).collect();
        let sealed = || kept.iter().map(|bytes| Sealed::new("layer", bytes.clone()).unwrap());
        let bytes = stack("key", &opened, &image).unwrap();
        let read = read_stack("key", sealed().collect(), &bytes).unwrap();
        prop_assert!(read.image.files.unlike(&read.image.files).is_empty());
        prop_assert_eq!(&read.image, &image);
        prop_assert!(read.image.files.are_whole());
        let known: Vec<_> = layers.iter().map(|one| (one.size, one.diff_id.clone())).collect();
        let read: Vec<_> = read.layers.into_iter().map(|one| (one.size, one.diff_id)).collect();
        prop_assert_eq!(read, known);
        // Other layers than those that it was written with are refused.
        if !kept.is_empty() {
            prop_assert!(read_stack("key", sealed().skip(1).collect(), &bytes).is_err());
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

#[test]
fn a_stack_whose_root_has_no_run_is_refused() {
    // Thirteen columns, of which the first has eight bytes: no layer, nothing told, and a root.
    let content = [8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
    let bytes = frame::seal("key", &content, &[]).unwrap();
    let refused = read_stack("key", Vec::new(), &bytes).err();
    assert_eq!(refused, Some(Odd("the root has no run")));
}

#[test]
fn more_images_or_sightings_than_are_read_are_refused() {
    let seen = Seen { name: "a:1".into(), first: Time(0), last: Time(0) };
    let image = |sightings| Exported {
        key: String::new(),
        record: Vec::new(),
        sightings: vec![seen.clone(); sightings],
        revision: 7,
    };
    let refused = |images: &[Exported]| read_index(&index(images).unwrap()).err();
    assert_eq!(refused(&vec![image(0); 10_000]), None);
    let told = Odd("it has more images than are read");
    assert_eq!(refused(&vec![image(0); 10_001]), Some(told));
    assert_eq!(refused(&[image(1_000)]), None);
    let told = Odd("an image has more sightings than are read");
    assert_eq!(refused(&[image(1_001)]), Some(told));
}
