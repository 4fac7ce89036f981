"""Laws, their stages, and the norms they are measured by."""
