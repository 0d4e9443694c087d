"""Pages of the resident, one module per part of the path."""
