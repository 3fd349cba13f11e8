"""What a source of frames is: the class that a maker of sensors writes."""

from typing import Protocol

from bacasable.services.depth_events.engine.frames import Frame


class SourceLost(Exception):
    """The source gives no frame any more, for the reason that it says; it is opened again later.

    The reason is read by operators: English, for translation, without anything of what was measured.
    """


class Source(Protocol):
    """A sensor at work.

    It holds at most the frame that it reads, never a sequence; where frames come faster than they are asked
    for, the newest is given and the others are forgotten.
    """

    def read(self, timeout_s: float) -> Frame | None:
        """Return the next frame, or None where there is none within ``timeout_s`` (0: does not wait).

        Raises:
            SourceLost: there will be no more.
        """

    def close(self) -> None:
        """Let the sensor go; calling it twice does no harm."""
