"""Gradient checkers side by side: npnet's and others', on right and on wrong gradients of the same functions."""
