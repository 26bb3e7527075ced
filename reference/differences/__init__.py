"""How the frameworks answer questions on which they differ, measured on the versions that are installed.

``python -m reference differences`` prints the table. Each row is a class in the file of its topic: a question, what the
mathematics says, and for each framework the few lines that ask it.
"""
