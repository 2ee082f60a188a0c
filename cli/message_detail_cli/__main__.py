"""`python -m message_detail_cli`: the same as the command `message-detail`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # said in words rather than as the traceback of a syntax error
    sys.exit("message-detail needs Python 3.11 or newer; this is " + sys.version.split()[0])

from message_detail_cli.main import main

if __name__ == "__main__":
    sys.exit(main())
