"""Benchmarks on a made-up world: loading, the dependence table, all presets, a Home of 28 years, capability."""
