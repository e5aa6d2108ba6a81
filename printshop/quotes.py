"""What things cost, before anybody orders them: sums in cents, and nothing else."""

from dataclasses import dataclass

from printshop.products import Product, Shipping


@dataclass(frozen=True, slots=True)
class Line:
    """So many copies of one thing, each with so many photos."""

    product: Product
    photos: int = 1
    copies: int = 1

    @property
    def unit_cents(self) -> int:
        """What one copy costs, all its photos included."""
        return self.product.price(self.photos)

    @property
    def cents(self) -> int:
        """What all copies cost together."""
        return self.unit_cents * self.copies


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order of these lines would cost; the parcel costs the same for any."""

    lines: tuple[Line, ...]
    shipping: Shipping = Shipping.STANDARD

    @property
    def items_cents(self) -> int:
        """Without the parcel."""
        return sum(line.cents for line in self.lines)

    @property
    def shipping_cents(self) -> int:
        """The parcel; nothing travels for nothing."""
        return self.shipping.cents if self.lines else 0

    @property
    def total_cents(self) -> int:
        """What the customer would pay."""
        return self.items_cents + self.shipping_cents

    @property
    def copies(self) -> int:
        """How many things would be made."""
        return sum(line.copies for line in self.lines)
