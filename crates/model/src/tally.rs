//! What one layer of an image does to the file system, in figures. Data only: others count.

/// Figures of one layer within its image. Directories are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayerTally {
    /// Paths that it puts where nothing was.
    pub added: usize,
    /// Paths that it puts where something was.
    pub changed: usize,
    /// Paths that it takes away.
    pub removed: usize,
    /// Bytes of the files that it puts.
    pub put: u64,
    /// Those of them that no container sees: later layers, or later entries of this one, replace or remove them.
    pub hidden: u64,
    /// Those that a container sees, but that are the same as what it sees of a layer below, or of this one, already.
    pub repeated: u64,
}

impl LayerTally {
    /// Bytes that are stored for nothing.
    pub fn wasted(&self) -> u64 {
        self.hidden.saturating_add(self.repeated)
    }

    /// The figures of all layers together.
    pub fn total(layers: &[LayerTally]) -> LayerTally {
        layers.iter().fold(LayerTally::default(), |sum, layer| LayerTally {
            added: sum.added + layer.added,
            changed: sum.changed + layer.changed,
            removed: sum.removed + layer.removed,
            put: sum.put.saturating_add(layer.put),
            hidden: sum.hidden.saturating_add(layer.hidden),
            repeated: sum.repeated.saturating_add(layer.repeated),
        })
    }

    /// Of a thousand bytes that are put, how many are not wasted; a thousand where nothing is put.
    pub fn efficiency(&self) -> u64 {
        let used = u128::from(self.put.saturating_sub(self.wasted())) * 1_000;
        let share = used.checked_div(u128::from(self.put)).unwrap_or(1_000);
        u64::try_from(share).unwrap_or(1_000)
    }
}
