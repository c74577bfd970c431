package org.wso2.carbon.user.mgt.common;

/** One claim of a user: which, and its value. */
public class ClaimValue {

    private String claimURI;
    private String value;

    public String getClaimURI() {
        return claimURI;
    }

    public void setClaimURI(String claimURI) {
        this.claimURI = claimURI;
    }

    public String getValue() {
        return value;
    }

    public void setValue(String value) {
        this.value = value;
    }
}
