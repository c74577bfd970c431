"""The sign-off: what a run says about a deployment, for people and for programs."""
