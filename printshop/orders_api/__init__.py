"""The orders resource: what other people's programs order, for a customer of ours.

The shop as a resource server: identifier = its base address, scope `printshop.orders`.
The shapes are those which print services share.
"""
