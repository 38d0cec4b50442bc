# Asks the daemon behind the socket that is mounted.
import socket

with socket.socket(socket.AF_UNIX) as docker:
    docker.settimeout(5)
    docker.connect("/var/run/docker.sock")
    docker.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
    print("works" if b"200 OK" in docker.recv(100) else "wrong")
