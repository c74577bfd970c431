package org.eclipse.osgi.framework.adaptor;

/** Nothing implements it here: kernel 4.4 then takes a class loader for one of a web application. */
public interface BundleClassLoader {
}
