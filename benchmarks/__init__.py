"""Benchmarks on a made-up world: loading, the dependence table, all presets, and a Home of 28 years."""
