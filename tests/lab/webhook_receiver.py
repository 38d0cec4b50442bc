#!/usr/bin/env python3
"""A receiver of Standard Webhooks over HTTPS that is as bad as receivers are:
webhook_receiver.py ADDRESS PORT CERTIFICATE KEY SECRET, until its standard input ends. The first
part of a path says how:

  /good     204                 /flaky  503 to two of three messages, by turns
  /broken   500                 /gone   410
  /slow     answers after ten seconds
  /hasty    closes before it answers, by turns

One line a message goes to stdout: how, status, id, "signed" or what is wrong with the signature,
and the body.
"""
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import sys
import threading
import time

ADDRESS, PORT, CERTIFICATE, KEY, SECRET = sys.argv[1:6]
STATUS = {"good": 204, "broken": 500, "gone": 410, "slow": 200}
seen = 0


def verdict(headers, body):
    """As a receiver's own library would judge it."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    number, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if abs(time.time() - int(stamp or 0)) > 300:
        return "stale"
    text = b"%s.%s.%s" % (number.encode(), stamp.encode(), body)
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split(" ")
    return "signed" if any(hmac.compare_digest(wanted, each) for each in given) else "forged"


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        global seen
        seen += 1
        how = self.path.split("/")[1]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = STATUS.get(how, 204)
        if how == "flaky" and seen % 3:
            status = 503
        if how == "slow":
            time.sleep(10)
        judged = verdict(self.headers, body)
        print(how, status, self.headers.get("webhook-id"), judged,
              json.dumps(json.loads(body)), flush=True)
        self.close_connection = True
        if how == "hasty" and seen % 2:
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server = http.server.ThreadingHTTPServer((ADDRESS, int(PORT)), Receiver)
server.daemon_threads = True
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
