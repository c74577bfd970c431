"""The pack: how the product under test is fetched, verified, assembled and laid out as a DAS home."""
