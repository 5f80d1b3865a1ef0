"""What `lint` looks for: one rule, one function, all of them in the table `finding.RULES`."""
