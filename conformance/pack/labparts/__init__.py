"""Small OSGi bundles of ours that stand in for product bundles that are not public; each folder is one part."""
