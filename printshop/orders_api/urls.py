"""The addresses of the orders resource, one line each."""

from django.urls import path

from printshop.orders_api import actions, description, orders, views

urlpatterns = [
    path("products", views.Products.as_view()),
    path("products/<slug:sku>", views.ProductDetail.as_view()),
    path("quotes", views.Quotes.as_view()),
    path("assets", views.Assets.as_view()),
    path("assets/<uuid:asset_id>", views.AssetDetail.as_view()),
    path("orders", orders.Orders.as_view(), name="api_orders"),
    path("orders/<slug:number>", orders.OrderDetail.as_view()),
    path("orders/<slug:number>/actions", actions.Actions.as_view()),
    path("orders/<slug:number>/actions/cancel", actions.Cancel.as_view()),
    path(
        "orders/<slug:number>/actions/updateRecipient",
        actions.UpdateRecipient.as_view(),
    ),
    path(
        "orders/<slug:number>/actions/updateShippingMethod",
        actions.UpdateShippingMethod.as_view(),
    ),
    path(
        "orders/<slug:number>/actions/updateMetadata", actions.UpdateMetadata.as_view()
    ),
    path("openapi.json", description.openapi, name="orders_openapi"),
    path("<path:rest>", views.Nothing.as_view()),
]
