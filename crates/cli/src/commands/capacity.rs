//! How much may be kept: the flag, else the environment, else as much as is usual. This is the one place that reads it.

use clap::Args;
use engine::StoreOptions;
use model::ErrorKind;

use crate::environment::Environment;
use crate::error::{self, Error};
use crate::ui::Ui;

/// How much may be kept.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Kept facts")]
pub(crate) struct CapacityArguments {
    /// Keep so many bytes at the most: `500M`, `2G` [default: 2G]
    ///
    /// What was used least recently goes first. `PENTIMENTO_CACHE_SIZE` says the same.
    #[arg(long, value_name = "SIZE", value_parser = size)]
    cache_size: Option<u64>,
}

impl CapacityArguments {
    /// How to keep, where a wrong value in the environment had better stop everything: it may be thrown away what somebody
    /// meant to keep.
    pub(super) fn strict(&self) -> Result<StoreOptions, Error> {
        self.options(Environment::cache_size().as_deref()).map_err(|reason| {
            let hint = "set it to a size, or leave it out; --cache-size wins over it".to_owned();
            error::said(ErrorKind::Invalid, reason, Some(hint))
        })
    }

    /// How to keep; a wrong value in the environment is told and passed over.
    pub(super) fn lenient(&self, ui: &Ui) -> StoreOptions {
        self.options(Environment::cache_size().as_deref()).unwrap_or_else(|reason| {
            ui.warning(&format!("{reason}: passed over"));
            StoreOptions::default()
        })
    }

    fn options(&self, environment: Option<&str>) -> Result<StoreOptions, String> {
        let said = || environment.map(size).transpose();
        let said = match self.cache_size {
            Some(said) => Some(said),
            None => said().map_err(|reason| format!("PENTIMENTO_CACHE_SIZE: {reason}"))?,
        };
        Ok(said.map_or_else(StoreOptions::default, |capacity| StoreOptions { capacity }))
    }
}

/// Reads `500M`: a number, and K, M, G or T for powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|one: char| !one.is_ascii_digit());
    let factor = match text[digits.len()..].to_ascii_uppercase().trim_end_matches("IB") {
        "" | "B" => 1,
        "K" | "KB" => 1 << 10,
        "M" | "MB" => 1 << 20,
        "G" | "GB" => 1 << 30,
        "T" | "TB" => 1_u64 << 40,
        _ => return Err(format!("`{text}` is no size; one looks like 500M or 2G")),
    };
    let number: u64 =
        digits.parse().map_err(|_| format!("`{text}` is no size; one looks like 500M or 2G"))?;
    number.checked_mul(factor).ok_or_else(|| format!("`{text}` is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_number_and_a_unit() {
        let sizes = ["0", "100", "1k", "500M", "2G", "3GiB", "1TB"].map(|text| size(text).unwrap());
        assert_eq!(sizes, [0, 100, 1 << 10, 500 << 20, 2 << 30, 3 << 30, 1 << 40]);
        for wrong in ["", "G", "1.5G", "-1", "2 X", "99999999999T"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_flag_wins_over_the_environment_and_a_wrong_value_is_told() {
        let check = |flag: Option<u64>, environment: Option<&str>, expect: Result<u64, &str>| {
            let options = CapacityArguments { cache_size: flag }.options(environment);
            let capacity = options.map(|options| options.capacity);
            assert_eq!(capacity, expect.map_err(ToOwned::to_owned));
        };
        check(None, None, Ok(2 << 30));
        check(None, Some("3G"), Ok(3 << 30));
        check(Some(1), Some("3G"), Ok(1));
        check(Some(1), Some("much"), Ok(1));
        check(
            None,
            Some("much"),
            Err("PENTIMENTO_CACHE_SIZE: `much` is no size; one looks like 500M or 2G"),
        );
    }
}
