"""The command line. The only place that prints, and the only one that turns errors into exit codes.

Nothing is imported here that Python has not loaded by itself: an interrupt before `main` begins ends in a traceback.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from v2a.cli.stop import Stop

_STOPPED = 130
_KEPT = "stopped. What was made is kept; run the same command to go on."


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    try:
        from v2a.cli.stop import Stop

        stop = Stop()
        stop.listen()
        code = run(arguments, stop)
    except KeyboardInterrupt:  # so early that nothing had begun, or again while stopping
        code = _say(_KEPT, _STOPPED)
    if code == _STOPPED:
        # An interrupt that came while Python ran text as code, as it does to make dataclasses, is remembered and
        # would end the process by a signal after all.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str] | None = None, stop: Stop | None = None) -> int:
    """Run the command line and return its exit code; an error is one line on stderr."""
    import click

    from v2a.cli.app import app
    from v2a.errors import V2aError

    try:
        result = app.main(args=arguments, prog_name="v2a", standalone_mode=False, obj=stop)
    except (KeyboardInterrupt, click.Abort):
        return _say(_KEPT, _STOPPED)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            return _say(f"{error.format_message()} See '{error.ctx.command_path} --help'.", error.exit_code)
        return _say(error.format_message(), error.exit_code)
    except V2aError as error:
        _trace_if_wanted()
        for note in getattr(error, "__notes__", ()):
            _say(note, error.exit_code)
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        from v2a.files import write_error

        _trace_if_wanted()
        failed = write_error(error, error.filename or "a file")
        return _say(str(failed), failed.exit_code)
    except Exception as error:  # noqa: BLE001 - the last door: a fault of ours still ends in one line
        _trace_if_wanted()
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return _say(f"{what}. This is a fault in v2a: please report it with the output of V2A_DEBUG=1.", 1)
    return result if isinstance(result, int) else 0


def _say(line: str, code: int) -> int:
    print(f"v2a: {line}", file=sys.stderr)
    return code


def _trace_if_wanted() -> None:
    if os.environ.get("V2A_DEBUG", "0") not in ("", "0"):
        import traceback

        traceback.print_exc()
