"""The messages that the simulators hold at the start; every value is invented, or is the seed's own."""
