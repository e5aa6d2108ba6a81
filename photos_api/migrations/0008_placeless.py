from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('photos_api', '0007_day_of_year'),
    ]

    operations = [
        migrations.AddField(
            model_name='original',
            name='is_placeless',
            field=models.BooleanField(default=False),
        ),
    ]
