"""Changed files, the same ones for the same seed: what a fuzzer does, without its sense of where it has been."""

WORDS = (
    b"0", b"-1", b"1e999", b"NaN", b"null", b"true", b"{}", b"[]", b'""', b'"', b",", b"\n", b"\r", b"\x00", b"\xff",
    b"\xef\xbb\xbf", b"9" * 30, b"[" * 2000, b'{"class":', b"\\ud800", b"\x1f\x8b", b"PAR1",
    (2**63 - 1).to_bytes(8, "little"), (2**64 - 1).to_bytes(8, "little"), (2**31).to_bytes(4, "little"),
)  # fmt: skip


def changed(content, others, draws):
    """Return a file with one to four changes, drawn from `draws`, a random.Random; parts may come from the others."""
    for _ in range(draws.randint(1, 4)):
        start = draws.randint(0, len(content))
        end = min(len(content), start + draws.choice((0, 1, 1, 2, 4, 8, 40)))
        content = content[:start] + _instead(content[start:end], others, draws) + content[end:]
    return content


def _instead(part, others, draws):
    kind = draws.randrange(5)
    if kind == 0:
        return draws.randbytes(len(part) or 1)
    if kind == 1:
        return draws.choice(WORDS)
    if kind == 2:
        return b""
    if kind == 3:
        return part * draws.choice((2, 3, 50))
    other = draws.choice(others)
    start = draws.randint(0, len(other))
    return other[start : start + draws.randint(1, 60)]
