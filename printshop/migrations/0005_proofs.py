from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('printshop', '0004_copying'),
    ]

    operations = [
        migrations.AddField(
            model_name='original',
            name='proof',
            field=models.CharField(blank=True, max_length=255),
        ),
    ]
