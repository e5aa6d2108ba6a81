"""Taking the place out of files, format by format: each says which bytes to change.

Nothing is decoded or compressed again. What might tell the place in other words (XMP,
IPTC, what a camera adds behind the picture) goes as a whole.
"""
