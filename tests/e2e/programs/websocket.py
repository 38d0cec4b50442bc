# A WebSocket server, and ten clients that send it a hundred messages each.
import asyncio
import websockets


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def talk(port):
    async with websockets.connect(f"ws://127.0.0.1:{port}") as socket:
        for number in range(100):
            await socket.send(str(number))
            assert await socket.recv() == str(number)


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await asyncio.gather(*(talk(port) for _ in range(10)))
    print("works")


asyncio.run(main())
