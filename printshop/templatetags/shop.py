"""How templates write money."""

from django import template

from printshop.products import euros

register = template.Library()
register.filter("euros", euros)
