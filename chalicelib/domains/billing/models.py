"""What is read of Stripe's events and objects, and what came of an event."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib.models import Model


def _positive(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 7 else None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


Credits = Annotated[int | None, BeforeValidator(_positive)]
UserId = Annotated[UUID | None, BeforeValidator(_uuid)]


class StripeObject(Model):
    """The fields we read; Stripe sends many more, and other ones in other API versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Metadata(StripeObject):
    """What we write on sessions, subscriptions and prices. Other values count as absent."""

    credits: Credits = None
    user_id: UserId = None


class Checkout(StripeObject):
    """A checkout session."""

    id: str
    mode: Literal["payment", "subscription", "setup"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_total: int | None = None
    currency: str | None = None
    customer: str | None = None
    payment_intent: str | None = None
    client_reference_id: UserId = None
    metadata: Metadata = Metadata()

    @property
    def payment(self) -> str:
        """What the payment is called in the ledger; a session that cost nothing has no intent."""
        return self.payment_intent or self.id


class Charge(StripeObject):
    """A payment of which some or all went back; `amount_refunded` counts all refunds so far."""

    id: str
    amount: int = Field(gt=0)
    amount_refunded: int = Field(ge=0)
    payment_intent: str | None = None
    invoice: str | None = None

    @property
    def payment(self) -> str:
        """What the payment is called in the ledger."""
        return self.payment_intent or self.id


class Dispute(StripeObject):
    """A payment its payer contests."""

    id: str
    status: str
    payment_intent: str | None = None
    charge: str

    @property
    def payment(self) -> str:
        """What the contested payment is called in the ledger."""
        return self.payment_intent or self.charge


class SubscriptionDetails(StripeObject):
    """The subscription an invoice is for."""

    subscription: str | None = None
    metadata: Metadata | None = None


class Parent(StripeObject):
    """What an invoice came from, as newer API versions say it."""

    subscription_details: SubscriptionDetails | None = None


class Price(StripeObject):
    """A price, as older API versions include it."""

    metadata: Metadata | None = None


class Period(StripeObject):
    """What an invoice line pays for."""

    end: int


class Line(StripeObject):
    """One line of an invoice."""

    period: Period
    metadata: Metadata | None = None
    price: Price | None = None


class Lines(StripeObject):
    """The lines of an invoice."""

    data: tuple[Line, ...] = Field(min_length=1)


class PaidWith(StripeObject):
    """A payment, as newer API versions say which one paid an invoice."""

    payment_intent: str | None = None
    charge: str | None = None


class InvoicePayment(StripeObject):
    """A payment of an invoice, as newer API versions tell of it."""

    invoice: str
    payment: PaidWith


class Payments(StripeObject):
    """The payments of an invoice, where it includes them."""

    data: tuple[InvoicePayment, ...] = ()


class Invoice(StripeObject):
    """A paid invoice."""

    id: str
    customer: str
    billing_reason: str | None = None
    lines: Lines
    subscription: str | None = None
    subscription_details: SubscriptionDetails | None = None
    parent: Parent | None = None
    payment_intent: str | None = None
    charge: str | None = None
    payments: Payments | None = None

    @property
    def payment(self) -> str | None:
        """What paid it, where this API version says it here."""
        said = [one.payment for one in self.payments.data] if self.payments else []
        named = [self.payment_intent, self.charge]
        for paid in said:
            named += [paid.payment_intent, paid.charge]
        return next(filter(None, named), None)

    @property
    def details(self) -> SubscriptionDetails:
        """The subscription, wherever this API version says it."""
        found = (self.parent and self.parent.subscription_details) or self.subscription_details
        said = found or SubscriptionDetails()
        return said.model_copy(update={"subscription": said.subscription or self.subscription})

    @property
    def credits(self) -> int | None:
        """Credits of the plan: of the subscription's metadata, a line's, or its price's."""
        places = [self.details.metadata]
        for line in self.lines.data:
            places += [line.metadata, line.price.metadata if line.price else None]
        return next((place.credits for place in places if place and place.credits), None)

    @property
    def ends(self) -> int:
        """When the paid period ends, in seconds since 1970."""
        return max(line.period.end for line in self.lines.data)


class Subscription(StripeObject):
    """A subscription that changed or ended."""

    id: str
    customer: str
    status: str


class Content(StripeObject):
    """What an event is about."""

    object: dict[str, Any]


class Event(StripeObject):
    """An event as Stripe posts it."""

    id: str = Field(min_length=1, max_length=255)
    type: str = Field(min_length=1, max_length=255)
    created: datetime
    data: Content


class Outcome(Model):
    """What was done about an event. Stored without empty fields; holds no personal data."""

    model_config = ConfigDict(frozen=True)

    did: Literal["credited", "renewed", "revoked", "reinstated", "noted", "nothing", "waiting"]
    why: str | None = None
    user_id: UUID | None = None
    customer: str | None = None
    payment: str | None = None
    invoice: str | None = Field(None, description="The invoice that the payment paid.")
    bought: int | None = Field(None, description="Credits that the invoice's plan gives.")
    credits: int | None = Field(None, description="Credits that came or went.")
    waits_for: str | None = Field(None, description="The payment or customer not yet known.")
    object: dict[str, Any] | None = Field(None, description="What is read of the object then.")
    tells: tuple[str, ...] = Field((), exclude=True, description="What is known from now on.")


class Receipt(Model):
    """The answer to Stripe."""

    event: str
    did: str
