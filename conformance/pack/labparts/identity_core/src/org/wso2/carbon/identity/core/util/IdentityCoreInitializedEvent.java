package org.wso2.carbon.identity.core.util;

/** The service for which the user management waits before it starts. */
public interface IdentityCoreInitializedEvent {
}
