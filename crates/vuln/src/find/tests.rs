//! Matching as a whole: a database of a few lines, an image of a few lines, and what is found.
