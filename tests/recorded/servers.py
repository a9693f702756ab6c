#!/usr/bin/env python3
"""The outside world of the laboratory: everything that a recorded run reaches by a public name, on one loopback address.

One TLS server at 127.77.0.1:443 plays, by server name: proxy.golang.org (modules below --modules), sum.golang.org,
registry-1.docker.io (knows no image), github.com and git.example.com (ask for a password), api.example.com (JSON, its
certificate signed by the laboratory's CA, which the laboratory's images trust as they trust public CAs) and hosts
whose certificate is wrong. One DNS server at 127.77.0.1:53 and at every --dns address answers "no such name".
"""

import argparse
import datetime
import http.server
import json
import socket
import ssl
import subprocess
import threading
import urllib.parse
from pathlib import Path

ADDRESS = "127.77.0.1"
GOOD = [
    "proxy.golang.org",
    "sum.golang.org",
    "registry-1.docker.io",
    "auth.docker.io",
    "github.com",
    "git.example.com",
    "api.example.com",
    "hooks.example.com",
]
# name of the host -> what is wrong with its certificate
BAD = {
    "expired.example.com": "expired",
    "internal.example.com": "self-signed",
    "billing.corp.example": "private-ca",
    "10-0-3-7.example.com": "other-name",
    "legacy.corp.example": "no-san",
    "intercepted.example.com": "intercepted",
}
NAMES = GOOD + list(BAD)


def openssl(*args, **kw):
    subprocess.run(["openssl", *map(str, args)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kw)


def make_ca(folder, name, subject):
    key, crt = folder / f"{name}.key", folder / f"{name}.crt"
    if not crt.exists():
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", subject, "-keyout", key, "-out", crt)
    return key, crt


def make_certificates(folder):
    folder.mkdir(parents=True, exist_ok=True)
    public = make_ca(folder, "public-ca", "/C=US/O=Laboratory Trust Services/CN=Laboratory Root R1")
    corp = make_ca(folder, "corp-ca", "/O=Corp Example/CN=Corp Example Internal CA")
    proxy = make_ca(folder, "intercept-ca", "/O=Corp Example/CN=Corp Example Web Gateway CA")
    for host in NAMES:
        crt, key, csr, ext = (folder / f"{host}.{s}" for s in ("crt", "key", "csr", "ext"))
        if crt.exists():
            continue
        wrong = BAD.get(host)
        if wrong == "self-signed":
            openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "900",
                "-subj",
                f"/CN={host}",
                "-addext",
                f"subjectAltName=DNS:{host}",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-keyout",
                key,
                "-out",
                crt,
            )
            continue
        signer = {"private-ca": corp, "no-san": public, "intercepted": proxy}.get(wrong, public)
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout", key, "-out", csr)
        ext.write_text("" if wrong == "no-san" else f"subjectAltName=DNS:{'node7.example.com' if wrong == 'other-name' else host}\n")
        days = ["-days", "800"]
        if wrong == "expired":
            now = datetime.datetime.now(datetime.timezone.utc)
            index, serial = folder / "index.txt", folder / "serial"
            index.write_text("")
            serial.write_text("1000\n")
            conf = folder / "ca.conf"
            conf.write_text(
                f"[ca]\ndefault_ca=c\n[c]\ndatabase={index}\nserial={serial}\nnew_certs_dir={folder}\ndefault_md=sha256\n"
                "policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
            )
            stamp = [(now - datetime.timedelta(days=d)).strftime("%Y%m%d%H%M%SZ") for d in (400, 30)]
            openssl(
                "ca",
                "-batch",
                "-config",
                conf,
                "-keyfile",
                signer[0],
                "-cert",
                signer[1],
                "-in",
                csr,
                "-out",
                crt,
                "-startdate",
                stamp[0],
                "-enddate",
                stamp[1],
                "-extfile",
                ext,
                "-notext",
            )
            continue
        openssl("x509", "-req", "-in", csr, "-CA", signer[1], "-CAkey", signer[0], "-CAcreateserial", *days, "-extfile", ext, "-out", crt)


class World(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    modules = Path("/nonexistent")

    def answer(self, status, body, kind="text/plain; charset=UTF-8", headers=()):
        data = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for k, v in headers:
            self.send_header(k, v)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def do_GET(self):
        host = self.headers.get("Host", "").split(":")[0]
        path = urllib.parse.unquote(self.path.split("?")[0])
        if host == "proxy.golang.org":
            return self.module(path)
        if host == "sum.golang.org":
            if path == "/supported":
                return self.answer(404, "not supported")
            return self.answer(
                404,
                "not found: " + path.removeprefix("/lookup/") + ": invalid version: git ls-remote -q origin in "
                "/tmp/gopath/pkg/mod/cache/vcs/9b1f: exit status 128:\n\tfatal: could not read Username for "
                "'https://github.com': terminal prompts disabled\nConfirm the import path was entered correctly.\n"
                "If this is a private repository, see https://golang.org/doc/faq#git_https for additional information.",
            )
        if host == "auth.docker.io":
            return self.answer(200, '{"token":"laboratory","access_token":"laboratory","expires_in":300}', "application/json")
        if host == "registry-1.docker.io":
            return self.registry(path)
        if host in ("github.com", "git.example.com"):
            if "go-get=1" in self.path:
                root = "/".join(path.strip("/").split("/")[:2])
                if host == "git.example.com":
                    return self.answer(
                        200,
                        f'<html><head><meta name="go-import" content="{host}/{root} git https://{host}/{root}.git"></head></html>',
                        "text/html",
                    )
                return self.answer(404, "Not Found")
            return self.answer(401, "Repository not found.", headers=[("WWW-Authenticate", 'Basic realm="GitHub"')])
        return self.answer(200, '{"status":"ok"}', "application/json")

    do_HEAD = do_POST = do_GET

    def module(self, path):
        file = self.modules / path.lstrip("/")
        if file.is_file() and self.modules in file.resolve().parents:
            return self.answer(200, file.read_bytes(), "application/octet-stream")
        name = path.lstrip("/").split("/@")[0]
        version = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if (self.modules / name / "@v").is_dir() and version.startswith("v"):
            return self.answer(404, f"not found: {name}@{version}: invalid version: unknown revision {version}")
        return self.answer(
            404,
            f"not found: module {name}: git ls-remote -q origin in /tmp/gopath/pkg/mod/cache/vcs/4c1a: exit status 128:\n"
            "\tfatal: could not read Username for 'https://github.com': terminal prompts disabled\n"
            "Confirm the import path was entered correctly.\n"
            "If this is a private repository, see https://golang.org/doc/faq#git_https for additional information.",
        )

    def registry(self, path):
        v2 = [("Docker-Distribution-Api-Version", "registry/2.0")]
        challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"'
        name = path.removeprefix("/v2/").split("/manifests/")[0].strip("/")

        def refuse(status, code, message, detail=None, headers=()):
            error = json.dumps({"errors": [{"code": code, "message": message, "detail": detail}]})
            self.answer(status, error, "application/json", [*v2, *headers])

        if "Authorization" not in self.headers:
            scope = f',scope="repository:{name}:pull"' if name else ""
            return refuse(401, "UNAUTHORIZED", "authentication required", headers=[("WWW-Authenticate", challenge + scope)])
        if not name:
            return self.answer(200, "{}", "application/json", v2)
        if name.startswith("library/") and name.split("/")[1] in ("golang", "alpine", "debian", "busybox", "ubuntu"):
            return refuse(404, "MANIFEST_UNKNOWN", "manifest unknown", "unknown tag=" + path.rsplit("/", 1)[-1])
        if name.startswith("bitnami/"):
            return refuse(
                429, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
            )
        detail = [{"Type": "repository", "Class": "", "Name": name, "Action": "pull"}]
        return refuse(
            401,
            "UNAUTHORIZED",
            "authentication required",
            detail,
            [("WWW-Authenticate", f'{challenge},scope="repository:{name}:pull",error="insufficient_scope"')],
        )

    def log_message(self, *args):
        pass


def dns(address):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_IP, 15, 1)  # IP_FREEBIND: the bridge may come later
    s.bind((address, 53))
    while True:
        q, who = s.recvfrom(2048)
        end = 12
        while end < len(q) and q[end]:
            end += q[end] + 1
        s.sendto(q[:2] + b"\x81\x83" + q[4:6] + b"\0\0\0\0\0\0" + q[12 : end + 5], who)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--folder", type=Path, required=True, help="certificates and keys")
    ap.add_argument("--modules", type=Path, required=True, help="tree of a Go module proxy")
    ap.add_argument("--dns", nargs="*", default=[], help="further addresses for the DNS server")
    ap.add_argument("--certificates-only", action="store_true")
    args = ap.parse_args()
    make_certificates(args.folder)
    if args.certificates_only:
        return
    contexts = {}
    for host in NAMES:
        contexts[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexts[host].load_cert_chain(args.folder / f"{host}.crt", args.folder / f"{host}.key")
    World.modules = args.modules.resolve()
    server = http.server.ThreadingHTTPServer((ADDRESS, 443), World)
    first = contexts["api.example.com"]
    first.sni_callback = lambda sock, name, ctx: setattr(sock, "context", contexts.get(name, first)) or None
    server.socket = first.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    for a in [ADDRESS, *args.dns]:
        threading.Thread(target=dns, args=(a,), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
