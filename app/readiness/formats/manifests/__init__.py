"""Which packages the manifests of the ecosystems declare."""
