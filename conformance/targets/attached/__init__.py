"""`--target attached:inventory.toml`: a deployment that someone else runs; does only what its owner allows."""
