"""Worked numbers: for a section, arithmetic that a pencil can follow, computed at build by npnet."""
