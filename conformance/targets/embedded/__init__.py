"""The embedded target: MySQL and two DAS nodes as processes of this machine."""
