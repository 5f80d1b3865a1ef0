"""What tools from elsewhere give: texts and pictures in a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rt_notebook.session.pictures import MOST
from rt_notebook.session.results import Output


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture among other parts: `data` in base64, of the MIME type `kind`."""

    data: str
    kind: str = "image/png"

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data) * 3 // 4


def output_of_parts(parts: Iterable[str | Picture]) -> Output:
    """Return texts and pictures as what the model gets, with a note in the text where each picture was."""
    texts: list[str] = []
    images: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif part.size > MOST:
            texts.append(f"[a picture of {part.size:,} bytes, which is too large to be shown]")
        else:
            images.append(f"data:{part.kind};base64,{part.data}")
            texts.append(f"[picture {len(images)}: {part.kind}]")
    return Output("\n".join(texts), tuple(images))
