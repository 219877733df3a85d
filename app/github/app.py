"""The GitHub App: everything that Readygate says to GitHub, in one place."""

from app.github.checks import Checks
from app.github.contents import Contents
from app.github.deliveries import Deliveries
from app.github.installations import Installations
from app.github.issues import Issues
from app.github.pulls import Pulls


class GitHubApp(Pulls, Checks, Issues, Contents, Installations, Deliveries):
    """`async with GitHubApp(credentials, gate) as github:`, one for the life of the process.

    Every method may raise Later (the rate gate is closed) or a GitHubError. Reads are repeated twice after
    failures; writes are sent once, and raise OutcomeUnknown when only a look at GitHub can tell what became of them.
    """
