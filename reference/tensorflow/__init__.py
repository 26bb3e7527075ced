"""TensorFlow's counterparts of npnet's formulas, nets, optimizers and loops, and the comparison of the two."""
