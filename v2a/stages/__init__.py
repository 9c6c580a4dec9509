"""The stages: observe, spot, generate, arrange, mix, deliver; one function each."""
