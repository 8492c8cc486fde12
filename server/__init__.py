"""Everything that faces the network, and the only layer that knows every part."""
