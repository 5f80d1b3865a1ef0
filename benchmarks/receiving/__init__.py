"""What receiving costs: this package, the floor and the peers on the same stream."""
