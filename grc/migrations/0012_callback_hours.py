import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grc', '0011_callback_attempts'),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='callback_from',
            field=models.TimeField(default=datetime.time(8, 0), help_text='nobody is called back before, local time of the line'),
        ),
        migrations.AddField(
            model_name='line',
            name='callback_until',
            field=models.TimeField(default=datetime.time(20, 0), help_text='nor from then on'),
        ),
    ]
