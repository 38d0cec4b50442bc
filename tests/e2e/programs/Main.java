// Compiled where it runs: a server and its client, threads, the garbage collector.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.IntStream;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Main {
    public static void main(String[] arguments) throws Exception {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes());
            exchange.close();
        });
        server.start();
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        var answer = HttpClient.newHttpClient().send(
            HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
        long sum = IntStream.range(0, 1000).parallel().mapToLong(n -> new byte[100_000].length).sum();
        server.stop(0);
        System.out.println(answer.body().equals("hello") && sum == 100_000_000L ? "works" : "wrong");
        System.exit(0);
    }
}
