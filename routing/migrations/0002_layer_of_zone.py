"""A member names the layer of its own zone: the exclusion over (layer, commune) then speaks of the right layer."""

from django.db import migrations

RULES = """
ALTER TABLE routing_zone ADD CONSTRAINT zone_and_layer UNIQUE (id, layer_id);
ALTER TABLE routing_zonemember ADD CONSTRAINT zone_member_layer_of_zone
  FOREIGN KEY (zone_id, layer_id) REFERENCES routing_zone (id, layer_id) DEFERRABLE INITIALLY DEFERRED;
"""
UNDO = """
ALTER TABLE routing_zonemember DROP CONSTRAINT zone_member_layer_of_zone;
ALTER TABLE routing_zone DROP CONSTRAINT zone_and_layer;
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]
    operations = [migrations.RunSQL(RULES, UNDO)]
