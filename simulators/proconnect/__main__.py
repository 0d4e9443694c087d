"""python -m simulators.proconnect --port N --client-id ... --agents FILE.json"""

from pathlib import Path

from simulators.oidc.command import client_read, issuer_run, parser_make
from simulators.proconnect.agents import AgentsError, agents_read
from simulators.proconnect.profile import PROCONNECT


def main() -> None:
    parser = parser_make(PROCONNECT)
    parser.add_argument(
        "--agents",
        required=True,
        metavar="FILE.json",
        type=Path,
        help="list of agents: sub, given_name, usual_name, email, siret, uid",
    )
    options = parser.parse_args()
    client = client_read(parser, options)
    try:
        people = agents_read(options.agents.read_text(encoding="utf-8"))
    except (OSError, AgentsError) as error:
        parser.error(str(error))
    issuer_run(PROCONNECT, client, people, options)


if __name__ == "__main__":
    main()
