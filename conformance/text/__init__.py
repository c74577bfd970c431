"""Foreign texts and names: how they are shown, searched and masked."""
