"""Exercises: for a section, a change to make and to run, and why it comes out as it does; each is run at build."""
