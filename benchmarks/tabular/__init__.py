"""A table from its file to a trained net, by npnet and by pandas with scikit-learn: ``python -m benchmarks.tabular``.

`rows` writes the files, `contestants` read them and train, each in a process of its own (`worker`), in turns.
"""
