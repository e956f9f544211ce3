import static mockrec.Mockrec.atMost;
import static mockrec.Mockrec.exactly;
import static mockrec.Mockrec.never;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import mockrec.Mockrec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What clients/junit5 is for, as a suite would use it. */
@ExtendWith(Mockrec.class)
class PluginTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String GREETING = "GET {{cassette}}/greet/{name}\n\nHTTP 200\n`%s`\n";
  private static final String ECHO =
      "POST {{cassette}}/echo\n[Asserts]\nheader \"Content-Type\" exists\n\nHTTP 201\n`kept`\n";
  private static final CyclicBarrier BOTH = new CyclicBarrier(2);

  static String get(String url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) request.headers(headers);
    return CLIENT.sendAsync(request.build(), BodyHandlers.ofString()).join().body();
  }

  static String post(String url, String type, String body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", type);
    return CLIENT.sendAsync(request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString()).join().body();
  }

  @RepeatedTest(20)
  void eachHasItsOwn(RepetitionInfo repetition, Mockrec.Session mockrec) {
    String number = "" + repetition.getCurrentRepetition();
    assertEquals(1, mockrec.add("cassette", GREETING.formatted(number)).size());
    assertEquals(number, get(mockrec.url() + "/greet/x"));
    assertEquals("recorded", get(mockrec.url("cassette") + "/known"));
    mockrec.verify("cassette", Map.of("path", "/greet/*"), exactly(1));
    mockrec.verify("cassette", Map.of("method", "POST"), never());
    List<String> came = mockrec.requests(null, null).stream().map(Mockrec.Request::summary).toList();
    assertEquals(List.of("GET /greet/x", "GET /known"), came);
  }

  /** Neither goes on before the other has come: it passes only where both run at once. */
  @RepeatedTest(2)
  void testsRunAtOnce(Mockrec.Session mockrec) throws Exception {
    BOTH.await(60, TimeUnit.SECONDS);
    assertEquals("recorded", get(mockrec.url() + "/known"));
  }

  @Test
  void headersLeadToTheSession(Mockrec.Session mockrec) {
    mockrec.add(null, GREETING.formatted("by baggage"));
    Map.Entry<String, String> header = mockrec.headers().entrySet().iterator().next();
    String common = System.getenv("CASSETTE_URL");
    assertEquals("by baggage", get(common + "/greet/x", header.getKey(), header.getValue()));
    assertEquals("mockrec-session=" + mockrec.name(), mockrec.requests(null, null).get(0).header("Baggage"));
  }

  @Test
  void waitsWithoutSleeping(Mockrec.Session mockrec) {
    CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> get(mockrec.url() + "/known"));
    assertEquals("GET /known", mockrec.waitFor("cassette", Map.of("path", "/known")).summary());
    AssertionError late =
        assertThrows(
            AssertionError.class,
            () -> mockrec.waitFor("cassette", Map.of("path", "/known"), 2, Duration.ofMillis(50)));
    assertEquals("1 of 2 requests came within 50 ms; what came:\n  GET /known", late.getMessage());
  }

  @Test
  void tellsWhatCameInstead(Mockrec.Session mockrec) {
    get(mockrec.url() + "/known");
    AssertionError wrong =
        assertThrows(
            AssertionError.class, () -> mockrec.verify("cassette", Map.of("path", "/other"), Map.of("atLeast", 2)));
    assertEquals("it came 0 times, wanted at least 2; what came:\n  GET /known", wrong.getMessage());
    mockrec.verify("cassette", Map.of("path", "/known"), atMost(1));
    Map<String, Object> known = Map.of("match", Map.of("path", "/known"));
    mockrec.verify(null, null, Map.of("order", List.of(known)));
    assertThrows(AssertionError.class, () -> mockrec.verify(null, null, Map.of("order", List.of(known, known))));
  }

  @Test
  void readsWhatWasSent(Mockrec.Session mockrec) {
    mockrec.add("cassette", ECHO);
    String body =
        "{\"text\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\u20ac\\ud83d\\ude00\", \"numbers\": [-5, 4294967296,"
            + " 12345678901234567890, 12.5e-1], \"others\": [true, false, null, [], {}]}";
    assertEquals("kept", post(mockrec.url() + "/echo", "application/json", body));
    assertEquals("kept", post(mockrec.url() + "/echo", "text/plain", "a \"text\""));
    List<Mockrec.Request> requests = mockrec.requests("cassette", Map.of("path", "/echo"));
    assertEquals("\"\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00", requests.get(0).json("text"));
    List<?> numbers = List.of(-5, 4294967296L, new BigInteger("12345678901234567890"), 1.25);
    assertEquals(numbers, requests.get(0).json("numbers"));
    assertEquals(Arrays.asList(true, false, null, List.of(), Map.of()), requests.get(0).json("others"));
    assertEquals(-5, requests.get(0).json("numbers", 0));
    assertNull(requests.get(0).json("numbers", 4));
    assertEquals("a \"text\"", requests.get(1).text());
    mockrec.verify("cassette", Map.of("json", Map.of("$.text", requests.get(0).json("text"))), exactly(1));
  }

  @Test
  void setsStates(Mockrec.Session mockrec) {
    mockrec.add("cassette", "# @state order=paid\nGET {{cassette}}/order\n\nHTTP 200\n`paid`\n");
    mockrec.state("cassette", "order", "paid");
    assertEquals("paid", get(mockrec.url() + "/order"));
  }

  @Test
  void whatTheControlAPIDoesNotUnderstandIsSaid(Mockrec.Session mockrec) {
    Exception refused =
        assertThrows(
            Mockrec.ControlException.class, () -> mockrec.requests("cassette", Map.of("pth", "/x")));
    assertTrue(refused.getMessage().contains("nearest: `path`"), refused.getMessage());
  }

  @Test
  @Mockrec.AllowMisses
  void aMissThatIsWanted(Mockrec.Session mockrec) {
    get(mockrec.url() + "/nothing");
    assertEquals("GET /nothing", mockrec.misses().get(0).request());
  }

  @Nested
  class BeforeEachTest {
    private String address;

    @BeforeEach
    void greet(Mockrec.Session mockrec) {
      mockrec.add(null, GREETING.formatted("from before"));
      address = mockrec.url();
    }

    @Test
    void takesTheSameSession(Mockrec.Session mockrec) {
      assertEquals(address, mockrec.url());
      assertEquals("from before", get(address + "/greet/x"));
    }
  }
}

/** Tests that fail, each for a reason of its own. */
class PluginFailingTest {
  @RegisterExtension static final Mockrec MOCKREC = new Mockrec();

  @Test
  void aMissFails(Mockrec.Session mockrec) {
    PluginTest.get(mockrec.url() + "/nothing");
  }

  @Test
  void aMissIsToldBesideAFailure(Mockrec.Session mockrec) {
    assertEquals("", PluginTest.get(mockrec.url() + "/neither"), "the client is wrong");
  }

  @Nested
  class SharedTest {
    SharedTest(Mockrec.Session mockrec) {}

    @Test
    void hasNoSession() {}
  }
}
