"""What production-ready means: pure code over snapshots, no network, no clock, no environment."""
