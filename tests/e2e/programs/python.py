# A server and its client, threads, processes, and a database file.
import concurrent.futures
import http.server
import multiprocessing
import sqlite3
import threading
import urllib.request


def square(number):
    return number * number


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(lambda _: urllib.request.urlopen(url).read(), range(32)))
    with multiprocessing.Pool(2) as pool:
        squares = pool.map(square, range(10))
    database = sqlite3.connect("/tmp/python.db")
    database.execute("create table t (n integer)")
    database.executemany("insert into t values (?)", [(n,) for n in squares])
    database.commit()
    total = database.execute("select sum(n) from t").fetchone()[0]
    print("works" if texts == {b"hello"} and total == 285 else f"wrong: {texts} {total}")
