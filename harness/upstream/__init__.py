"""The provider side of a call: faults, simulators, and the loopback doors to them."""
