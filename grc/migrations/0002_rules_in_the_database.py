"""What the database itself refuses: a login of the wrong kind, a login that changes kind."""

from django.db import migrations

RULES = """
-- Numbers the references are permuted from: they may have holes, they never repeat.
CREATE SEQUENCE grc_ticket_reference AS bigint START 1;

CREATE FUNCTION grc_account_kind_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind <> OLD.kind THEN
    RAISE EXCEPTION 'the kind of a login never changes' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grc_account_kind BEFORE UPDATE OF kind ON grc_account
  FOR EACH ROW EXECUTE FUNCTION grc_account_kind_is_immutable();

CREATE FUNCTION grc_login_of_kind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  SELECT kind INTO found FROM grc_account WHERE id = NEW.account_id;
  IF found IS DISTINCT FROM TG_ARGV[0] THEN
    RAISE EXCEPTION 'a login of kind % is wanted here', TG_ARGV[0] USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grc_agent_login_kind BEFORE INSERT OR UPDATE ON grc_agentlogin
  FOR EACH ROW EXECUTE FUNCTION grc_login_of_kind('agent');
CREATE TRIGGER grc_citizen_login_kind BEFORE INSERT OR UPDATE ON grc_citizenlogin
  FOR EACH ROW EXECUTE FUNCTION grc_login_of_kind('resident');
CREATE TRIGGER grc_api_token_kind BEFORE INSERT OR UPDATE ON grc_apitoken
  FOR EACH ROW EXECUTE FUNCTION grc_login_of_kind('client');
CREATE TRIGGER grc_identity_franceconnect_kind BEFORE INSERT OR UPDATE ON grc_identity
  FOR EACH ROW WHEN (NEW.provider <> 'proconnect') EXECUTE FUNCTION grc_login_of_kind('resident');
CREATE TRIGGER grc_identity_proconnect_kind BEFORE INSERT OR UPDATE ON grc_identity
  FOR EACH ROW WHEN (NEW.provider = 'proconnect') EXECUTE FUNCTION grc_login_of_kind('agent');
"""

UNDO = """
DROP SEQUENCE grc_ticket_reference;
DROP TRIGGER grc_identity_proconnect_kind ON grc_identity;
DROP TRIGGER grc_identity_franceconnect_kind ON grc_identity;
DROP TRIGGER grc_api_token_kind ON grc_apitoken;
DROP TRIGGER grc_citizen_login_kind ON grc_citizenlogin;
DROP TRIGGER grc_agent_login_kind ON grc_agentlogin;
DROP FUNCTION grc_login_of_kind();
DROP TRIGGER grc_account_kind ON grc_account;
DROP FUNCTION grc_account_kind_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("grc", "0001_initial")]
    operations = [migrations.RunSQL(RULES, UNDO)]
