"""Picture and video files: what they are, what they tell, and where.

Nothing here knows Django, so that strangers' files can be read in a small process of
their own (examiner.py).
"""
