"""The press: from the own copy of a photo to the files a print lab takes.

Read in this order: ``originals`` opens a photo whoever made it, ``pictures`` makes a
print or a preview of it, ``pages`` lays prints, sheets and books out, ``drawing`` draws
a page, ``album`` and ``document`` make a PDF of it all, ``ticket`` says what is in it,
``job`` does all of that for an order.
"""

from printshop.press.job import bind
from printshop.press.layout import Cut, cut_of
from printshop.press.originals import FORMATS, MOST_PIXELS, Unprintable, measure
from printshop.press.pictures import finished, preview, render, whole

__all__ = [
    "FORMATS",
    "MOST_PIXELS",
    "Cut",
    "Unprintable",
    "bind",
    "cut_of",
    "finished",
    "measure",
    "preview",
    "render",
    "whole",
]
