"""scikit-learn's multi-layer perceptrons, to npnet's nets and back."""
