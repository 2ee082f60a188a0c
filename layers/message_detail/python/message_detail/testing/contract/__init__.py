"""The parts of the contract, one class each."""
