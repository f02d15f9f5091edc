"""Recovery Readiness: an implementation-readiness self-assessment built on one published evidence table."""
