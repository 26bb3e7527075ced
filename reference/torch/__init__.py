"""PyTorch's counterparts: models, optimizers and losses, to npnet's and back."""
