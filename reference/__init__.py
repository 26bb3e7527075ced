"""TensorFlow's twin of each room of npnet, built from TensorFlow and Keras alone, and the comparison of the two.

``python -m reference`` runs the comparison. Importing a twin imports TensorFlow; `tolerance` and `errors`, which
compute the bounds, need NumPy only.
"""
