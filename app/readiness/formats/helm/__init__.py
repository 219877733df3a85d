"""Templates of Helm charts, rendered leniently with the values of their chart: what is not known becomes a hole."""
