"""What the pipeline files of each CI system say, in one shape."""
