"""Being here puts this folder on the import path, so that the folders below find `asking`."""
