"""`--target attached:inventory.toml`: a deployment that somebody else runs, asked only what its owner allows."""
