"""ONNX models of dense layers, to npnet's nets and back."""
