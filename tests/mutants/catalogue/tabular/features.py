"""Mutants of npnet/tabular/features.py."""

FUNCTIONS = ["Statistics", "NumberFeature", "TruthFeature", "CategoryFeature", "Fitting", "_same_number"]
EQUIVALENT = {
    "Statistics.__init__": {"next 0.0 #0": "the mean of the first numbers takes its place"},
    "Statistics.add": {"exchange @ #0": "both are the same numbers"},
}
