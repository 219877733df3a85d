"""What happens, in order: one file a job."""
