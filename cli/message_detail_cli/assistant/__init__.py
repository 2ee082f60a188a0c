"""What an AI assistant may ask, over the Model Context Protocol: tools that read, and change nothing."""
