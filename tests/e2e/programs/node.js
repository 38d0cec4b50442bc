// A server and its client, a worker thread, files, and a child process.
const http = require('http'), fs = require('fs'), { Worker } = require('worker_threads');
const { execFileSync } = require('child_process');

const server = http.createServer((_, answer) => answer.end('hello'));
server.listen(0, '127.0.0.1', async () => {
    const text = await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
    fs.writeFileSync('/tmp/node', text);
    const child = execFileSync('cat', ['/tmp/node']).toString();
    const worker = new Worker('require("worker_threads").parentPort.postMessage(6 * 7)', { eval: true });
    worker.on('message', (sum) => {
        server.close();
        console.log(child === 'hello' && sum === 42 ? 'works' : `wrong: ${child} ${sum}`);
    });
});
