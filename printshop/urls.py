"""The addresses of printshop, one line each, in the order of the story."""

from django.urls import include, path

from printshop import health
from printshop.initiated_sign_in import initiate
from printshop.office import office
from printshop.orders_api import metadata
from printshop.pages import (
    cart,
    checkout,
    choose,
    clients,
    connection,
    editor,
    errors,
    files,
    home,
    kiosk,
    order_actions,
    orders,
    phone,
    pictures,
    products,
    reference,
    sign_out,
    station,
)
from printshop.sessions import backchannel_logout
from printshop.sign_in import SignIn, SignInCallback

urlpatterns = [
    path("", home.home, name="home"),
    path("make/<slug:code>/", home.make, name="make"),
    # Signing in: OIDC Core §3.1
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-in/initiate/", initiate),
    path("sign-in/callback/", SignInCallback.as_view(), name="sign_in_callback"),
    path("sign-out/", sign_out.sign_out, name="sign_out"),
    path("sign-out/done/", sign_out.signed_out, name="signed_out"),
    path("backchannel-logout/", backchannel_logout),
    # Lending photos: RFC 6749 §4.1
    path("connect/", connection.connect, name="connect"),
    path("connect/callback/", connection.connect_callback, name="connect_callback"),
    path("connection/", connection.connection, name="connection"),
    path("connection/disconnect/", connection.disconnect, name="disconnect"),
    # Choosing
    path("choose/", choose.choose, name="choose"),
    path("choose/<uuid:selection_id>/", choose.selection, name="selection"),
    path(
        "choose/<uuid:selection_id>/state/",
        choose.selection_state,
        name="selection_state",
    ),
    path("choose/<uuid:selection_id>/products/", products.products, name="products"),
    path("originals/<uuid:original_id>.jpg", pictures.small, name="small_picture"),
    # The cart
    path("cart/", cart.cart, name="cart"),
    path("cart/change/", cart.change_all, name="change_cart"),
    path("cart/items/<uuid:item_id>/change/", cart.change, name="change_item"),
    # What is in the cart, photo by photo
    path("cart/items/<uuid:item_id>/", editor.edit_item, name="edit_item"),
    path("cart/photos/<uuid:placement_id>/view.jpg", editor.view, name="view"),
    path("originals/<uuid:original_id>/photo.jpg", editor.photo, name="photo"),
    # Ordering
    path("orders/", orders.orders, name="orders"),
    path("orders/<slug:number>/", orders.order, name="order"),
    path("orders/<slug:number>/address/", checkout.address, name="address"),
    path("orders/<slug:number>/pay/", checkout.pay, name="pay"),
    path("orders/<slug:number>/cancel/", order_actions.cancel, name="cancel"),
    path("orders/<slug:number>/again/", order_actions.order_again, name="order_again"),
    path("orders/<slug:number>/state/", orders.order_state, name="order_state"),
    path("orders/<slug:number>/prints.pdf", files.print_file, name="print_file"),
    path(
        "orders/<slug:number>/prints/<uuid:placement>.jpg",
        files.print_image,
        name="print_image",
    ),
    # Another door: a phone
    path("phone/", phone.phone, name="phone"),
    path("phone/open/", phone.left_here, name="phone_open"),
    path("phone/wire/", phone.send, name="phone_wire"),
    # Other doors: clients that can keep no secret
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    # Another door: a screen without a keyboard, RFC 8628
    path("kiosk/device/", station.screen, name="station"),
    path("kiosk/device/state/", station.state, name="station_state"),
    path("kiosk/device/touch/", station.touch, name="station_touch"),
    path(
        "kiosk/device/photos/<uuid:original_id>.jpg",
        station.photo,
        name="station_photo",
    ),
    # For programs of others: RFC 6750
    path("developers/", reference.reference, name="reference"),
    path("v1/", include("printshop.orders_api.urls")),
    path(
        ".well-known/oauth-protected-resource", metadata.protected_resource
    ),  # RFC 9728 §3
    # For who reads the shop: all its clients side by side, and their code
    path("clients/", clients.clients, name="clients"),
    path(
        "clients/cookies-or-tokens/",
        clients.cookies_or_tokens,
        name="cookies_or_tokens",
    ),
    path("clients/code/<path:file>", clients.code, name="client_code"),
    # For staff
    path("office/", office.urls),
    # Operating
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
