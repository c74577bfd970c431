"""TLS with servers of the product's age: they may offer only what the policy of this machine refuses."""

import ssl


def of_any_age(trust: str = "") -> ssl.SSLContext:
    """A client's context of every version and cipher that is known here; it trusts what the PEM file holds, or all."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    made.set_ciphers("ALL:@SECLEVEL=0")
    if trust:
        made.verify_mode = ssl.CERT_REQUIRED
        made.load_verify_locations(trust)
    return made
