package org.wso2.carbon.identity.core.util;

import java.io.IOException;
import java.io.InputStream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Closes what the import of users from a sheet has read. */
public final class IdentityIOStreamUtils {

    private static final Log LOG = LogFactory.getLog(IdentityIOStreamUtils.class);

    private IdentityIOStreamUtils() {
    }

    /** Close the stream, which may be null; a stream that does not close is only worth a line in the log. */
    public static void closeInputStream(InputStream stream) {
        if (stream == null) {
            return;
        }
        try {
            stream.close();
        } catch (IOException problem) {
            LOG.warn("A stream of imported users does not close", problem);
        }
    }
}
