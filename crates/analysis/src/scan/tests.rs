//! Tests of the one pass.
