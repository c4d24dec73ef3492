// An origin on node's http. PORT: prints each request it saw, whole, as JSON: [method, target, octets of content, SHA-1].
const crypto = require('crypto');
const http = require('http');

const server = http.createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
  const digest = crypto.createHash('sha1');
  let length = 0;
  request.on('data', (data) => {
    digest.update(data);
    length += data.length;
  });
  request.on('end', () => {
    process.stdout.write(JSON.stringify([request.method, request.url, length, digest.digest('hex')]) + '\n');
    response.writeHead(200, { 'Content-Length': 0, 'Cache-Control': 'no-store' });
    response.end();
  });
});
server.maxHeadersCount = 0;
server.keepAliveTimeout = 600000;
server.listen(Number(process.argv[2]), '127.0.0.1');
