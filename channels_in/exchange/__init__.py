"""Other machines: data providers, transcription, connectors."""
