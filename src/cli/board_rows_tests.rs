//! Rows as a person sees them.
