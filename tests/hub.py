"""A stand-in for the Hugging Face Hub on loopback: what `huggingface_hub` asks for when a dataset is pushed, over real HTTP."""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

TOKEN = "hf_canaryTokenThatMustStayHidden"


class Hub:
    """Keeps one repository: its files, commits and tags, and every request that came."""

    def __init__(self, *, refuse: dict[str, tuple[int, str]] | None = None, lfs: str = "data/") -> None:
        self.files: dict[str, bytes] = {".gitattributes": b"*.jsonl filter=lfs\n"}
        self.commits: list[str] = []
        self.tags: dict[str, str] = {}
        self.created: list[dict[str, object]] = []
        self.asked: list[tuple[str, str, str | None]] = []
        self.stored: dict[str, bytes] = {}
        self.refuse, self.lfs = refuse or {}, lfs
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                pass

            def answer(self, value: object = None, status: int = 200) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = unquote(urlsplit(self.path).path)
                hub.asked.append((self.command, path, self.headers.get("Authorization")))
                for part, (status, message) in hub.refuse.items():
                    if part in path:
                        return self.answer({"error": message}, status)
                hub.route(self, path, body)

            do_GET = do_POST = do_PUT = handle_any

        self._handler = Handler
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def route(self, handler: "BaseHTTPRequestHandler", path: str, body: bytes) -> None:
        """Answer one request."""
        answer = handler.answer  # type: ignore[attr-defined]
        base = "/api/datasets/me/sample"
        if path.startswith("/stored/"):
            assert hashlib.sha256(body).hexdigest() == path.rpartition("/")[2]
            self.stored[path.rpartition("/")[2]] = body
            answer()
        elif handler.headers.get("Authorization") != f"Bearer {TOKEN}":
            answer({"error": f"Invalid credentials: {handler.headers.get('Authorization')}"}, 401)
        elif path == "/api/repos/create":
            self.created.append(json.loads(body))
            answer({"url": f"{self.url}/datasets/me/sample"}, 409 if len(self.created) > 1 else 200)
        elif path == f"{base}/refs":
            tags = [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": c} for n, c in self.tags.items()]
            answer({"branches": [], "converts": [], "tags": tags})
        elif path == f"{base}/tree/main":
            answer([{"type": "file", "path": p, "size": len(c), "oid": "0" * 40} for p, c in self.files.items()])
        elif path == "/api/validate-yaml":
            assert json.loads(body)["content"].startswith("---\n")
            answer({"warnings": [], "errors": []})
        elif path == f"{base}/preupload/main":
            files = json.loads(body)["files"]
            modes = {f["path"]: "lfs" if f["path"].startswith(self.lfs) else "regular" for f in files}
            answer({"files": [{"path": p, "uploadMode": m, "shouldIgnore": False} for p, m in modes.items()]})
        elif path == "/datasets/me/sample.git/info/lfs/objects/batch":
            objects = json.loads(body)["objects"]
            actions = [o | {"actions": {"upload": {"href": f"{self.url}/stored/{o['oid']}"}}} for o in objects]
            answer({"transfer": "basic", "objects": actions})
        elif path == f"{base}/commit/main":
            self.commit([json.loads(line) for line in body.splitlines()])
            commit = f"{len(self.commits):040x}"
            answer(
                {"success": True, "commitOid": commit, "commitUrl": f"{self.url}/datasets/me/sample/commit/{commit}"}
            )
        elif path.startswith(f"{base}/tag/"):
            self.tags[json.loads(body)["tag"]] = path.rpartition("/")[2]
            answer()
        else:
            answer({"error": f"no such address: {path}"}, 404)

    def commit(self, operations: list[dict[str, dict[str, str]]]) -> None:
        """Take the files of a commit over."""
        for operation in operations:
            kind, value = str(operation["key"]), operation["value"]
            if kind == "header":
                self.commits.append(value["summary"])
            elif kind == "file":
                self.files[value["path"]] = base64.b64decode(value["content"])
            elif kind == "lfsFile":
                self.files[value["path"]] = self.stored[value["oid"]]
            else:
                assert kind == "deletedFile"
                del self.files[value["path"]]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
