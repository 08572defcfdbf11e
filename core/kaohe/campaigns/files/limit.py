"""An early end for uploads that are too large: they are not even written to a temporary file."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from kaohe.campaigns.files.kinds import LARGEST

MOST_FILES = 20
PATIENCE = 10 * LARGEST
"""Up to here the rest of the body is read and thrown away, so that the browser shows our answer;
beyond it the connection is dropped."""
FLAG = "kaohe.upload_refused"


class LimitUploadHandler(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: skips files above the limit and marks the request."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files = 0
        self.read = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a body that announces more than we are patient with."""
        length = args[2] if len(args) > 2 else kwargs.get("content_length", 0)
        self.hopeless = bool(length and length > PATIENCE)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count files and start counting bytes."""
        super().new_file(*args, **kwargs)
        self.files += 1
        self.read = 0
        if self.hopeless:
            self._mark("too_large")
            raise StopUpload(connection_reset=True)
        if self.files > MOST_FILES:
            self._mark("too_many")
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a chunk on until the file is over the limit."""
        self.read += len(raw_data)
        if self.read > LARGEST:
            self._mark("too_large")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that follow."""

    def _mark(self, reason: str) -> None:
        if self.request is not None:
            self.request.META[FLAG] = reason


def upload_refusal(request: Any) -> str:
    """Why files of this request were not taken; empty if all were."""
    reason = request.META.get(FLAG, "")
    return {
        "too_large": "有文件超过 20 MB，没有接收。请压缩或拆分后再传。",
        "too_many": f"一次最多上传 {MOST_FILES} 个文件，多出的没有接收。",
    }.get(reason, "")
