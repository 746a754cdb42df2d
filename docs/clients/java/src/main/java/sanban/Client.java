package sanban;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Files complaints and acts on cases over Kafka, and prints the result of each. Exit code 0: the
 * event was accepted, now or before; 1: it was rejected, and the reason is printed; 3: there is no
 * result yet. After a 3 run the same command again, with the same id: at worst it is a duplicate.
 */
public final class Client {
  private static final String USAGE =
      """
      java -jar sanban-client.jar complaint event.json
      java -jar sanban-client.jar sign CASE TENANT PERSON UNIT
      event.json is one CloudEvent, as in INTEGRATORS.md. Prints the number of the case.
      KAFKA_BOOTSTRAP, KAFKA_CLIENT (a file of properties: TLS and SASL) and WAIT_SECONDS come from
      the environment.""";

  private static final int TAKEN = 0;
  private static final int REJECTED = 1;
  private static final int WRONG_USE = 2;
  private static final int UNKNOWN = 3;

  private static final String COMPLAINTS = setting("COMPLAINTS_TOPIC", "sanban.complaints");
  private static final String COMMANDS = setting("COMMANDS_TOPIC", "sanban.case-commands");
  private static final String RECEIPTS = setting("RECEIPTS_TOPIC", "sanban.receipts");
  private static final Duration WAIT =
      Duration.ofSeconds(Long.parseLong(setting("WAIT_SECONDS", "60")));

  // Details may quote Chinese, even if the terminal's encoding cannot show it.
  private static final PrintStream ERRORS =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);

  private Client() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run(arguments));
  }

  private static int run(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 2 && arguments[0].equals("complaint")) {
      JsonObject event = read(Path.of(arguments[1]));
      String number = event.getAsJsonObject("data").get("complaint_id").getAsString();
      // The same for all events of one complaint, so that they stay in order.
      String key = event.get("source").getAsString() + " " + number;
      return deliver(COMPLAINTS, key, event);
    }
    if (arguments.length == 5 && arguments[0].equals("sign")) {
      JsonObject event = sign(arguments[1], arguments[2], arguments[3], arguments[4]);
      return deliver(COMMANDS, arguments[1], event);
    }
    return tell(WRONG_USE, USAGE);
  }

  private static JsonObject sign(String caseNumber, String tenant, String person, String unit) {
    JsonObject actor = new JsonObject();
    actor.addProperty("id", person);
    actor.addProperty("role", "handler");
    actor.addProperty("unit", unit);
    JsonObject act = new JsonObject();
    act.addProperty("kind", "sign");
    JsonObject data = new JsonObject();
    data.addProperty("tenant", tenant);
    data.addProperty("case", caseNumber);
    data.add("actor", actor);
    data.add("act", act);
    JsonObject event = new JsonObject();
    event.addProperty("specversion", "1.0");
    event.addProperty("type", "org.sanban.case.command.v1");
    event.addProperty("source", "https://" + unit + ".example/office");
    // Sent again it has no second effect; to sign once more, another id.
    event.addProperty("id", caseNumber + "-sign");
    event.add("data", data);
    return event;
  }

  /** Sends the event and waits for its receipt. */
  private static int deliver(String topic, String key, JsonObject event)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(WAIT);
    Optional<JsonObject> found;
    // Listen before the event is sent, or its receipt may come too early.
    try (KafkaConsumer<String, String> receipts = listen();
        KafkaProducer<String, String> producer = new KafkaProducer<>(producing())) {
      ProducerRecord<String, String> record =
          new ProducerRecord<>(topic, null, key, event.toString());
      record
          .headers()
          .add("content-type", utf8("application/cloudevents+json; charset=UTF-8"));
      RecordMetadata place = producer.send(record).get(WAIT.toSeconds(), TimeUnit.SECONDS);
      found = await(receipts, place, deadline);
    } catch (KafkaException | ExecutionException | TimeoutException error) {
      return tell(UNKNOWN, "no answer from Kafka: " + error + "; run the same again");
    }
    if (found.isEmpty()) {
      return tell(UNKNOWN, "sent, and no receipt yet; run the same again");
    }
    JsonObject receipt = found.get();
    if (List.of("rejected", "conflict").contains(text(receipt, "outcome"))) {
      return tell(REJECTED, text(receipt, "outcome") + ": " + why(receipt));
    }
    System.out.println(text(receipt, "case_id"));
    return TAKEN;
  }

  /** Receipts from now on, of all publishers: ours is known by the place of our record. */
  private static KafkaConsumer<String, String> listen() throws IOException {
    KafkaConsumer<String, String> consumer = new KafkaConsumer<>(consuming());
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(RECEIPTS).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new KafkaException("there is no topic " + RECEIPTS + ", or we may not read it");
      }
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // now, and not at the first poll
      return consumer;
    } catch (KafkaException error) {
      consumer.close();
      throw error;
    }
  }

  private static Optional<JsonObject> await(
      KafkaConsumer<String, String> receipts, RecordMetadata place, Instant deadline) {
    while (Instant.now().isBefore(deadline)) {
      for (ConsumerRecord<String, String> each : receipts.poll(Duration.ofMillis(500))) {
        JsonObject receipt =
            JsonParser.parseString(each.value()).getAsJsonObject().getAsJsonObject("data");
        if (!isOf(receipt, place)) {
          continue;
        }
        if (!text(receipt, "outcome").equals("parked")) {
          return Optional.of(receipt);
        }
        ERRORS.println("waits: " + why(receipt)); // a second one follows
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(JsonObject receipt, RecordMetadata place) {
    return text(receipt, "topic").equals(place.topic())
        && receipt.get("partition").getAsInt() == place.partition()
        && receipt.get("offset").getAsLong() == place.offset();
  }

  private static Map<String, Object> producing() throws IOException {
    Map<String, Object> settings = connecting();
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, WAIT.toMillis());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    return settings;
  }

  private static Map<String, Object> consuming() throws IOException {
    Map<String, Object> settings = connecting();
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) WAIT.toMillis());
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    return settings;
  }

  private static Map<String, Object> connecting() throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", setting("KAFKA_BOOTSTRAP", "127.0.0.1:9092"));
    String file = setting("KAFKA_CLIENT", "");
    if (!file.isEmpty()) {
      Properties more = new Properties();
      try (Reader text = Files.newBufferedReader(Path.of(file))) {
        more.load(text);
      }
      more.forEach((key, value) -> settings.put(key.toString(), value));
    }
    return settings;
  }

  private static JsonObject read(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static String why(JsonObject receipt) {
    return text(receipt, "reason") + ": " + text(receipt, "detail");
  }

  private static String text(JsonObject object, String name) {
    return object.has(name) ? object.get(name).getAsString() : "";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  private static int tell(int code, String what) {
    ERRORS.println(what);
    return code;
  }
}
