"""The photo station: a screen without a keyboard, in a hall, for whoever comes along.

The files, in the order of the protocol: ``device_grant`` (RFC 8628 §3) asks who is
there, ``lent`` keeps and gives back what they lent, ``picks`` chooses with their phone,
``prints`` fills their cart, and ``visits`` leads from one to the next.
"""
