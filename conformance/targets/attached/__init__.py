"""`--target attached:inventory.toml`: a deployment that somebody else runs; does only what its owner allows."""
