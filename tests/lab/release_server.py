#!/usr/bin/env python3
"""A release server over HTTPS that can be as bad as servers are: release_server.py ADDRESS PORT
DIRECTORY CERTIFICATE KEY, until its standard
input ends. The first part of a path says how the rest of it is served:

  /good/…       with ranges            /gone/…        404 with a page of XML
  /page/…       200 with a web page    /cut/…         each connection ends after a third of the file
  /once/…       ends in the middle and knows no ranges
  /stale/…      the first connection ends in the middle, and the rest is of another file
  /endless/…    no length and no end   /away/…        a redirection to /good/…
  /plain/…      a redirection to http  /big/…         says that it is too large
  /stop/…       the first half, and then 503, until there is a file DIRECTORY/mended

One line a request goes to stdout: the path, the range that was asked for, the status.
"""
import http.server
import os
import re
import ssl
import sys
import threading

PAGE = b"<!DOCTYPE html><html><body>Log in to the network</body></html>"
XML = b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code></Error>"
ADDRESS, PORT, DIRECTORY, CERTIFICATE, KEY = sys.argv[1:6]

seen = set()


class Releases(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=(), length=None):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if length is None or length >= 0:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        print(self.path, self.headers.get("Range", "-"), status, flush=True)
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def do_GET(self):
        _, how, rest = self.path.split("/", 2)
        path = os.path.join(DIRECTORY, rest)
        if how == "gone" or not os.path.isfile(path):
            return self.answer(404, XML, [("Content-Type", "application/xml")])
        with open(path, "rb") as file:
            whole = file.read()
        getattr(self, "serve_" + how)(whole, rest)

    def first(self):
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(wanted.group(1)) if wanted else 0

    def part(self, whole, first, sent):
        if first == 0:
            return self.answer(200, whole[:sent], length=len(whole))
        if first >= len(whole):
            return self.answer(416, headers=[("Content-Range", f"bytes */{len(whole)}")])
        where = f"bytes {first}-{len(whole) - 1}/{len(whole)}"
        self.answer(206, whole[first : first + sent], [("Content-Range", where)], len(whole) - first)

    def serve_good(self, whole, _):
        self.part(whole, self.first(), len(whole))

    def serve_cut(self, whole, _):
        self.part(whole, self.first(), len(whole) // 3 + 1)

    def serve_once(self, whole, _):
        self.answer(200, whole[: len(whole) // 2], length=len(whole))

    def serve_stop(self, whole, _):
        if os.path.exists(os.path.join(DIRECTORY, "mended")):
            return self.serve_good(whole, _)
        if self.first():
            return self.answer(503)
        self.answer(200, whole[: len(whole) // 2], length=len(whole))

    def serve_stale(self, whole, rest):
        if self.first():
            return self.part(bytes(len(whole)), self.first(), len(whole))
        half = len(whole) // 2 if rest not in seen else len(whole)
        seen.add(rest)
        self.answer(200, whole[:half], length=len(whole))

    def serve_page(self, _, __):
        self.answer(200, PAGE, [("Content-Type", "text/html")])

    def serve_big(self, whole, _):
        self.answer(200, whole, length=1 << 40)

    def serve_endless(self, whole, _):
        self.answer(200, whole * 40, length=-1)

    def serve_away(self, _, rest):
        self.answer(302, headers=[("Location", "/good/" + rest)])

    def serve_plain(self, _, rest):
        self.answer(302, headers=[("Location", f"http://{ADDRESS}/good/{rest}")])


server = http.server.ThreadingHTTPServer((ADDRESS, int(PORT)), Releases)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)

threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()  # until the script that started it has ended
