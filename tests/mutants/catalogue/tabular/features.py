"""Mutants of npnet/tabular/features.py."""

FUNCTIONS = ["Statistics", "NumberFeature", "TruthFeature", "CategoryFeature", "Fitting", "_same_number"]
EQUIVALENT = {
    "Statistics.__init__": {"next 0.0 #0": "the mean of the first numbers takes its place"},
    "CategoryFeature.match": {"never if #0": "the same places are found one by one"},
    "Fitting.add": {"without minlength= #0": "a word of which there is none is left out either way"},
    "Statistics.add": {"exchange @ #0": "both are the same numbers"},
}
