"""The sign-off: what a run reports about a deployment, for people and for programs."""
