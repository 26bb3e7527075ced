"""Mutants of npnet/gradcheck/nets.py."""

FUNCTIONS = ["check_net", "_last_with_kinks", "_layers"]
EQUIVALENT = {
    "check_net.gradient": {"drop = #0": "near x its rounding errors alone are asked for"},
    "check_net.value": {"always if else #0": "a complex net of real parameters has the same values, up to rounding"},
}
