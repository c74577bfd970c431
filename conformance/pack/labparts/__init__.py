"""Our own small OSGi bundles in place of product bundles that are not public; one folder per part."""
