package mockrec;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.math.BigInteger;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Mocks that {@code mockrec replay --control 127.0.0.1:0 -- mvn test} serves, steered from JUnit 5:
 * {@code @ExtendWith(Mockrec.class)}, or {@code @RegisterExtension static final Mockrec mockrec = new Mockrec();}.
 *
 * <p>Each test that has a parameter {@link Session} gets a session of its own, with a port of its own for every
 * service: tests that run in parallel do not disturb each other. A test whose requests nothing answered fails, with the
 * diagnosis.
 *
 * <p>Needs nothing but Java 17 and JUnit. Copy this file into the tests, or compile it with them.
 */
public final class Mockrec implements ParameterResolver, AfterEachCallback {
  /** Requests that nothing answers fail neither this test, or the tests of this class, nor the run. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  public @interface AllowMisses {}

  /** What the control API did not understand, in its own words. */
  public static final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ControlException(String detail, Throwable cause) {
      super(detail, cause);
    }
  }

  private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(Mockrec.class);
  private final Control control;

  /** The control API of the environment: {@code MOCKREC_CONTROL}, and {@code MOCKREC_CONTROL_TOKEN}. */
  public Mockrec() {
    this(System.getenv("MOCKREC_CONTROL"), System.getenv("MOCKREC_CONTROL_TOKEN"));
  }

  /** A control API at an address such as {@code http://127.0.0.1:40917}; the token may be null. */
  public Mockrec(String address, String token) {
    control = new Control(address, token);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Session.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "a session is a test's own: take it in the test, in @BeforeEach or @AfterEach, not where tests share it");
    }
    return context.getStore(OURS).getOrComputeIfAbsent(Session.class, type -> new Session(control), Session.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Session session = context.getStore(OURS).remove(Session.class, Session.class);
    if (session == null) return;
    List<Miss> misses = List.of();
    try {
      if (allowsMisses(context)) session.allowMisses();
      else misses = session.misses();
    } finally {
      session.close();
    }
    if (misses.isEmpty()) return;
    throw new AssertionError(misses.stream().map(Miss::diagnosis).collect(Collectors.joining("\n")));
  }

  private static boolean allowsMisses(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getElement(), AllowMisses.class)
        || context.getParent().map(Mockrec::allowsMisses).orElse(false);
  }

  /** How often {@link Session#verify} wants a request. */
  public static Map<String, Object> exactly(int times) {
    return Map.of("exactly", times);
  }

  public static Map<String, Object> atLeast(int times) {
    return Map.of("atLeast", times);
  }

  public static Map<String, Object> atMost(int times) {
    return Map.of("atMost", times);
  }

  public static Map<String, Object> never() {
    return Map.of("never", true);
  }

  /** What nothing answered, how often, and why. */
  public record Miss(String service, String request, int count, String diagnosis) {}

  /** A request that came: what the control API tells of it. */
  public record Request(Map<String, Object> members) {
    /** The request in a line, such as {@code POST /charges}. */
    public String summary() {
      return (String) members.get("summary");
    }

    /** The first value of a header, or null. */
    public String header(String name) {
      for (Object pair : (List<?>) members.get("headers")) {
        List<?> field = (List<?>) pair;
        if (name.equalsIgnoreCase((String) field.get(0))) return (String) field.get(1);
      }
      return null;
    }

    /** The body where it is text and not JSON, or null. */
    public String text() {
      return (String) members.get("text");
    }

    /**
     * What stands in a JSON body, by names of members and numbers of elements: maps, lists, strings, Integer, Long,
     * BigInteger, Double, Boolean; null where nothing does.
     */
    public Object json(Object... path) {
      Object value = members.get("json");
      for (Object step : path) {
        if (value instanceof Map<?, ?> map) {
          value = map.get(step);
        } else if (value instanceof List<?> list && step instanceof Integer index && index < list.size()) {
          value = list.get(index);
        } else {
          return null;
        }
      }
      return value;
    }
  }

  /**
   * One session of the mocks: its addresses, and what can be asked of them and set up in them. A service is named; null
   * stands for all, or for the only one. A match has the words of overlays: {@code Map.of("path", "/users/*")}; null
   * stands for any request.
   */
  public static final class Session {
    /** The control API shows no more requests to who waits. */
    private static final int MOST_SHOWN = 100;

    private final Control control;
    private final String name;
    private final Map<String, String> addresses = new LinkedHashMap<>();

    private Session(Control control) {
      this.control = control;
      Map<?, ?> opened = (Map<?, ?>) control.ask("POST", "/sessions", Map.of("ports", true));
      name = (String) opened.get("name");
      for (Object service : (List<?>) opened.get("services")) {
        Map<?, ?> words = (Map<?, ?>) service;
        addresses.put((String) words.get("name"), (String) words.get("address"));
      }
    }

    public String name() {
      return name;
    }

    /** The address of the only service in this session. */
    public String url() {
      if (addresses.size() != 1) throw new IllegalArgumentException("which service? there are " + addresses.keySet());
      return addresses.values().iterator().next();
    }

    /** The address of a service in this session. */
    public String url(String service) {
      if (service == null) return url();
      String address = addresses.get(service);
      if (address != null) return address;
      throw new IllegalArgumentException("there is no service `" + service + "`; there are " + addresses.keySet());
    }

    /**
     * What has a request belong to this session that comes to a service's common address. It survives a hop through the
     * service under test, where that passes {@code baggage} on.
     */
    public Map<String, String> headers() {
      return Map.of("baggage", "mockrec-session=" + name);
    }

    /** Adds entries, in the notation of cassettes; they answer before the cassette does. Gives their ids. */
    public List<String> add(String service, String... entries) {
      Map<?, ?> added = (Map<?, ?>) ask("POST", "entries", words(service, null, Map.of("entries", List.of(entries))));
      return ((List<?>) added.get("ids")).stream().map(String.class::cast).toList();
    }

    /** The requests that came. */
    public List<Request> requests(String service, Map<String, ?> match) {
      return requests(ask("POST", "requests/find", words(service, match, Map.of("limit", 10_000))));
    }

    /** Waits until a request has come, ten seconds at most. */
    public Request waitFor(String service, Map<String, ?> match) {
      return waitFor(service, match, 1, Duration.ofSeconds(10)).get(0);
    }

    /** Waits until so many requests have come, and gives the last 100; fails the test if they do not come in time. */
    public List<Request> waitFor(String service, Map<String, ?> match, int count, Duration timeout) {
      Map<String, Object> more = Map.of("count", count, "timeout", timeout.toMillis());
      List<Request> found = requests(ask("POST", "requests/wait", words(service, match, more)));
      if (found.size() >= Math.min(count, MOST_SHOWN)) return found;
      String reason = found.size() + " of " + count + " requests came within " + timeout.toMillis() + " ms";
      throw new AssertionError(reason + told(requests(service, null)));
    }

    /**
     * Fails the test unless requests came so: {@link #exactly}, {@link #atLeast}, {@link #atMost}, {@link #never}, or
     * any other words of the control API, such as {@code following} and {@code order}.
     */
    public void verify(String service, Map<String, ?> match, Map<String, ?> words) {
      Map<?, ?> verdict = (Map<?, ?>) ask("POST", "requests/verify", words(service, match, words));
      if (Boolean.TRUE.equals(verdict.get("holds"))) return;
      throw new AssertionError(verdict.get("reason") + told(requests(Map.of("requests", verdict.get("instead")))));
    }

    private static String told(List<Request> came) {
      if (came.isEmpty()) return "; what came:\n  nothing";
      return came.stream().map(Request::summary).collect(Collectors.joining("\n  ", "; what came:\n  ", ""));
    }

    /** Sets the state of a scenario. */
    public void state(String service, String scenario, String state) {
      ask("PUT", "states/" + segment(service) + "/" + segment(scenario), Map.of("state", state));
    }

    /** What nothing answered, with the diagnoses. */
    public List<Miss> misses() {
      List<Miss> misses = new ArrayList<>();
      for (Object item : (List<?>) ask("GET", "misses", null)) {
        Map<?, ?> miss = (Map<?, ?>) item;
        misses.add(
            new Miss(
                (String) miss.get("service"), (String) miss.get("request"), ((Number) miss.get("count")).intValue(),
                (String) miss.get("diagnosis")));
      }
      return misses;
    }

    /** Lets pass what nothing answered so far: neither the test nor the run fails by it. */
    public void allowMisses() {
      ask("DELETE", "misses", null);
    }

    private void close() {
      control.ask("DELETE", "/sessions/" + name, null);
    }

    private Object ask(String method, String path, Object body) {
      return control.ask(method, "/sessions/" + name + "/" + path, body);
    }

    private static String segment(String name) {
      return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Map<String, Object> words(String service, Map<String, ?> match, Map<String, ?> more) {
      Map<String, Object> words = new LinkedHashMap<>(more);
      if (service != null) words.put("service", service);
      if (match != null) words.put("match", match);
      return words;
    }

    @SuppressWarnings("unchecked")
    private static List<Request> requests(Object answer) {
      List<?> requests = (List<?>) ((Map<?, ?>) answer).get("requests");
      return requests.stream().map(members -> new Request((Map<String, Object>) members)).toList();
    }
  }

  /** The control API. */
  private record Control(String address, String token) {
    // A proxy of the environment is for the services that are tested.
    private static final HttpClient CLIENT =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build();

    Object ask(String method, String path, Object body) {
      if (address == null || address.isEmpty()) {
        throw new IllegalStateException(
            "there is no MOCKREC_CONTROL: run `mockrec replay --control 127.0.0.1:0 -- <your tests>`");
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(address.replaceAll("/+$", "") + path))
              .timeout(Duration.ofSeconds(660))
              .header("Content-Type", "application/json")
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(JSON.text(body)));
      if (token != null && !token.isEmpty()) request.header("Authorization", "Bearer " + token);
      HttpResponse<String> reply;
      try {
        reply = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
      } catch (IOException failure) {
        throw new ControlException("the control API at " + address + " does not answer: " + failure, failure);
      } catch (InterruptedException interruption) {
        Thread.currentThread().interrupt();
        throw new ControlException("interrupted while the control API was asked", interruption);
      }
      Object answer = reply.body().isEmpty() ? Map.of() : JSON.parse(reply.body());
      if (reply.statusCode() >= 400 && reply.statusCode() != 408) {
        Object detail = answer instanceof Map<?, ?> problem ? problem.get("detail") : null;
        throw new ControlException(detail instanceof String text ? text : "status " + reply.statusCode(), null);
      }
      return answer;
    }
  }

  /** JSON, of which the JDK has no reader: objects are maps in order, arrays lists. Source: RFC 8259. */
  static final class JSON {
    private final String text;
    private int at = 0;

    private JSON(String text) {
      this.text = text;
    }

    static String text(Object value) {
      StringBuilder out = new StringBuilder();
      write(value, out);
      return out.toString();
    }

    static Object parse(String text) {
      JSON json = new JSON(text);
      Object value = json.value();
      json.skipSpace();
      if (json.at < text.length()) throw json.wrong("nothing may follow");
      return value;
    }

    private static void write(Object value, StringBuilder out) {
      if (value == null || value instanceof Number || value instanceof Boolean) {
        out.append(value);
      } else if (value instanceof Map<?, ?> map) {
        String before = "{";
        for (Map.Entry<?, ?> member : map.entrySet()) {
          write(member.getKey().toString(), out.append(before));
          write(member.getValue(), out.append(':'));
          before = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      } else if (value instanceof Iterable<?> list) {
        String before = "[";
        for (Object element : list) {
          write(element, out.append(before));
          before = ",";
        }
        out.append(before.equals("[") ? "[]" : "]");
      } else {
        out.append('"');
        for (char c : value.toString().toCharArray()) {
          if (c == '"' || c == '\\') {
            out.append('\\').append(c);
          } else if (c < ' ' || Character.isSurrogate(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
        out.append('"');
      }
    }

    private Object value() {
      skipSpace();
      if (at == text.length()) throw wrong("a value is missing");
      char first = text.charAt(at);
      if (first == '{') return object();
      if (first == '[') return array();
      if (first == '"') return string();
      int start = at;
      while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
      return literal(text.substring(start, at));
    }

    private Object literal(String word) {
      if (word.equals("null")) return null;
      if (word.equals("true") || word.equals("false")) return word.equals("true");
      if (word.matches("-?(0|[1-9][0-9]*)")) {
        BigInteger number = new BigInteger(word);
        if (number.bitLength() < 32) return number.intValue();
        return number.bitLength() < 64 ? (Object) number.longValue() : number;
      }
      if (word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) return Double.valueOf(word);
      throw wrong("`" + word + "` is no value");
    }

    private Map<String, Object> object() {
      Map<String, Object> members = new LinkedHashMap<>();
      at++;
      if (next('}')) return members;
      do {
        skipSpace();
        if (at == text.length() || text.charAt(at) != '"') throw wrong("a name is missing");
        String name = string();
        if (!next(':')) throw wrong("`:` is missing");
        members.put(name, value());
      } while (next(','));
      if (!next('}')) throw wrong("`,` or `}` is missing");
      return members;
    }

    private List<Object> array() {
      List<Object> elements = new ArrayList<>();
      at++;
      if (next(']')) return elements;
      do elements.add(value());
      while (next(','));
      if (!next(']')) throw wrong("`,` or `]` is missing");
      return elements;
    }

    private String string() {
      StringBuilder out = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return out.toString();
        }
        if (c < ' ') throw wrong("a control character is not escaped");
        out.append(c == '\\' ? escaped() : c);
      }
      throw wrong("a text does not end");
    }

    /** What an escape stands for; `at` is at its last character then. */
    private char escaped() {
      if (++at == text.length()) throw wrong("a text does not end");
      char c = text.charAt(at);
      if (c == 'u') {
        String digits = text.substring(at + 1, Math.min(at + 5, text.length()));
        if (!digits.matches("[0-9a-fA-F]{4}")) throw wrong("four hexadecimal digits are missing");
        at += 4;
        return (char) Integer.parseInt(digits, 16);
      }
      int known = "\"\\/bfnrt".indexOf(c);
      if (known < 0) throw wrong("`\\" + c + "` is no escape");
      return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private boolean next(char wanted) {
      skipSpace();
      boolean isThere = at < text.length() && text.charAt(at) == wanted;
      if (isThere) at++;
      return isThere;
    }

    private void skipSpace() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException wrong(String reason) {
      return new IllegalArgumentException(reason + ", at character " + at + " of JSON");
    }
  }
}
