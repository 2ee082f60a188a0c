"""Ways out of the process: the provider's HTTP API here, AWS in `aws`. Failures leave as errors of the domain."""
