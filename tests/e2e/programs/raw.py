# An ICMP echo to the container itself through a raw socket, and a packet socket.
import socket

ECHO = bytes([8, 0, 0xF7, 0xFF, 0, 0, 0, 0])
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
    raw.settimeout(2)
    raw.sendto(ECHO, ("127.0.0.1", 0))
    raw.recv(100)
socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)).close()
print("works")
