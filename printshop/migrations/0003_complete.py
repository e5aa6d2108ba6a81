"""The cart, things of many photos, integrators, the night."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

import printshop.sealing


def carry_over(apps, schema_editor):
    """Of a customer's drafts the newest is the cart.

    Orders that were printed keep their PDF. No order keeps its pictures: they have
    no bleed, so what is not bound yet is rendered anew.
    """
    get = apps.get_model
    for original in get("printshop", "Original").objects.select_related("selection"):
        original.customer_id = original.selection.customer_id
        original.save(update_fields=["customer"])

    Order, seen = get("printshop", "Order"), set()
    for draft in Order.objects.filter(stage="draft").order_by("-created_at"):
        if draft.customer_id not in seen:
            seen.add(draft.customer_id)
        elif draft.payments.exists():  # declined ones: the bank's book stays complete
            Order.objects.filter(pk=draft.pk).update(stage="cancelled")
        else:
            draft.delete()

    Placement = get("printshop", "Placement")
    for item in get("printshop", "OrderItem").objects.all():
        item.product_code = item.size
        item.save(update_fields=["product_code"])
        Placement.objects.create(
            item=item,
            original_id=item.original_id,
            confirmed=True,
            crop_left=item.crop_left,
            crop_top=item.crop_top,
            crop_width=item.crop_width,
            crop_height=item.crop_height,
        )
    # What is checked at the end of a transaction would hinder the changes below.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('printshop', '0002_sessions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='order',
            name='one_draft_per_selection',
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField(default=0)),
                ('rotation', models.PositiveSmallIntegerField(default=0)),
                ('sizing', models.CharField(choices=[('fill', 'Fill the paper'), ('fit', 'Whole photo, with a white border')], default='fill', max_length=4)),
                ('confirmed', models.BooleanField(default=False)),
                ('crop_left', models.PositiveIntegerField()),
                ('crop_top', models.PositiveIntegerField()),
                ('crop_width', models.PositiveIntegerField()),
                ('crop_height', models.PositiveIntegerField()),
                ('print_file', models.CharField(blank=True, max_length=255)),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AlterModelOptions(
            name='orderitem',
            options={'ordering': ['position', 'id']},
        ),
        migrations.AddField(
            model_name='charge',
            name='refunded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='client_id',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='order',
            name='email',
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='order',
            name='fetch_after',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='fingerprint',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='order',
            name='idempotency_key',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='order',
            name='job_ticket',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='order',
            name='metadata',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='order',
            name='reference',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='order',
            name='shipping',
            field=models.CharField(choices=[('standard', 'Standard, 3 to 5 days'), ('express', 'Express, the next day')], default='standard', max_length=10),
        ),
        migrations.AddField(
            model_name='order',
            name='shipping_cents',
            field=models.PositiveIntegerField(default=390),
        ),
        migrations.AddField(
            model_name='order',
            name='tracking',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='order',
            name='updated_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='finish',
            field=models.CharField(default='glossy', max_length=10),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='product_code',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AddField(
            model_name='orderitem',
            name='reference',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='orderstage',
            name='attempts',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='orderstage',
            name='retry_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='orderstage',
            name='told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='original',
            name='client_id',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name='original',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='original',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='originals', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payment',
            name='method',
            field=models.CharField(choices=[('card', 'Card'), ('account', 'On account')], default='card', max_length=10),
        ),
        migrations.AddField(
            model_name='payment',
            name='is_amended',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='selection',
            name='tonight',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='order',
            name='stage',
            field=models.CharField(choices=[('draft', 'Not ordered yet'), ('paying', 'Waiting for the bank'), ('received', 'Order received'), ('fetched', 'Photos fetched'), ('rendered', 'Prints rendered'), ('printing', 'Printing'), ('shipped', 'Shipped'), ('problem', 'Problem'), ('cancelled', 'Cancelled')], default='draft', max_length=10),
        ),
        migrations.AlterField(
            model_name='orderstage',
            name='stage',
            field=models.CharField(choices=[('draft', 'Not ordered yet'), ('paying', 'Waiting for the bank'), ('received', 'Order received'), ('fetched', 'Photos fetched'), ('rendered', 'Prints rendered'), ('printing', 'Printing'), ('shipped', 'Shipped'), ('problem', 'Problem'), ('cancelled', 'Cancelled')], max_length=10),
        ),
        migrations.AlterField(
            model_name='original',
            name='media_id',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name='original',
            name='position',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='original',
            name='selection',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='originals', to='printshop.selection'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='state',
            field=models.CharField(choices=[('started', 'Waiting for the bank'), ('approved', 'Paid'), ('declined', 'Declined'), ('cancelled', 'Cancelled'), ('refunding', 'Being refunded'), ('refunded', 'Refunded')], default='started', max_length=10),
        ),
        migrations.AlterField(
            model_name='selection',
            name='stage',
            field=models.CharField(choices=[('picking', 'Choosing'), ('copying', 'Fetching the photos'), ('listed', 'To be fetched later'), ('ready', 'Ready'), ('ended', 'Ended')], default='picking', max_length=10),
        ),
        migrations.AddField(
            model_name='placement',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='printshop.orderitem'),
        ),
        migrations.AddField(
            model_name='placement',
            name='original',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='printshop.original'),
        ),
        migrations.AddField(
            model_name="selection",
            name="leased_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="original",
            name="proof",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="orderitem",
            name="title",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RemoveField(
            model_name="customer",
            name="last_login",
        ),
        migrations.AddField(
            model_name="connection",
            name="replaced",
            field=printshop.sealing.SealedField(blank=True),
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='original',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='originals', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='orderitem',
            name='product_code',
            field=models.CharField(max_length=20),
        ),
        migrations.AlterField(
            model_name='orderitem',
            name='finish',
            field=models.CharField(max_length=10),
        ),
        migrations.RemoveField(
            model_name='order',
            name='selection',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='crop_height',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='crop_left',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='crop_top',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='crop_width',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='original',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='print_file',
        ),
        migrations.RemoveField(
            model_name='orderitem',
            name='size',
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('client_id', ''), ('stage', 'draft')), fields=('customer',), name='one_cart_each'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('customer', 'client_id', 'idempotency_key'), name='one_order_per_idempotency_key'),
        ),
    ]
