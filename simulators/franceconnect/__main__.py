"""python -m simulators.franceconnect --port N --client-id ..."""

from simulators.franceconnect.persons import persons_make
from simulators.franceconnect.profile import FRANCECONNECT
from simulators.oidc.command import client_read, issuer_run, parser_make


def main() -> None:
    parser = parser_make(FRANCECONNECT)
    options = parser.parse_args()
    client = client_read(parser, options)
    issuer_run(FRANCECONNECT, client, persons_make(client.client_id), options)


if __name__ == "__main__":
    main()
