"""The commands a repository gives names to: targets, scripts, tasks, processes, environments."""
