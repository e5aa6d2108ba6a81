"""The photo station: one row for each visit to its screen."""

import django.db.models.deletion
import django.utils.timezone
import printshop.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('printshop', '0003_complete'),
    ]

    operations = [
        migrations.AlterField(
            model_name='selection',
            name='stage',
            field=models.CharField(choices=[('picking', 'Choosing'), ('copying', 'Fetching the photos'), ('listed', 'To be fetched later'), ('ready', 'Ready'), ('ended', 'Ended'), ('station', 'At a photo station')], default='picking', max_length=10),
        ),
        migrations.CreateModel(
            name='StationVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('screen', models.CharField(max_length=64, unique=True)),
                ('address', models.CharField(blank=True, max_length=43)),
                ('stage', models.CharField(choices=[('asking', 'Asking'), ('waiting', 'Waiting'), ('meeting', 'Meeting'), ('picking', 'Picking'), ('fetching', 'Fetching'), ('choosing', 'Choosing'), ('carried', 'Carried'), ('ended', 'Ended')], default='asking', max_length=10)),
                ('problem', models.CharField(blank=True, choices=[('denied', 'Denied'), ('expired', 'Expired'), ('refused', 'Refused'), ('taken_back', 'Taken Back'), ('no_photos', 'No Photos'), ('none_picked', 'None Picked'), ('left', 'Left'), ('crowded', 'Crowded')], max_length=20)),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(db_index=True, null=True)),
                ('device_code', printshop.sealing.SealedField(blank=True)),
                ('user_code', models.CharField(blank=True, max_length=40)),
                ('verification_uri', models.CharField(blank=True, max_length=2000)),
                ('verification_uri_complete', models.CharField(blank=True, max_length=2000)),
                ('expires_at', models.DateTimeField(null=True)),
                ('interval', models.PositiveSmallIntegerField(default=5)),
                ('access_token', printshop.sealing.SealedField(blank=True)),
                ('access_token_expires_at', models.DateTimeField(null=True)),
                ('refresh_token', printshop.sealing.SealedField(blank=True)),
                ('id_token', printshop.sealing.SealedField(blank=True)),
                ('scope', models.TextField(blank=True)),
                ('picker_session', models.CharField(blank=True, max_length=255)),
                ('picker_uri', models.CharField(blank=True, max_length=2000)),
                ('product_code', models.CharField(default='10x15', max_length=20)),
                ('copies', models.PositiveSmallIntegerField(default=1)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('selection', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='printshop.selection')),
            ],
        ),
    ]
