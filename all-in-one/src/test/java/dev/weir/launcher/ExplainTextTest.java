package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ExplainTextTest {
    private static String text(String json) {
        StringWriter text = new StringWriter();
        new ExplainText(new PrintWriter(text, true)).print(new JsonObject(json));
        return text.toString();
    }

    @Test
    void tellsAllInWords() {
        assertThat(text("""
                {"url":"http://a.test/x","method":"GET","no_answer":["edge-2"],
                 "edges":[{"edge":"edge-1","client":"unknown",
                   "listener":{"name":"web","mode":"reverse","chosen":"its port is the URL's"},
                   "rules":{"verdict":"allow","rule":"default","revision":"7.1"},
                   "route":{"upstream":"site","cache":true},
                   "zone":"upstream/site","key":"upstream/site http://a.test/x",
                   "cache":{"would":"validate","why":"stale","stored":[
                     {"status":200,"bytes":5,"selected":true,"age":70,"ttl":-10,"lifetime":60,"lifetime_from":"max-age",
                      "directives_from":"CDN-Cache-Control","to_confirm":true,"selecting":["accept=*/*","x"]}],
                     "last_not_stored":{"why":"no-store","seconds_ago":3}}}],
                 "shared":{"answered":true,"found":true,"status":200,"bytes":5,"age":3,"ttl":0,"lifetime":3,
                   "lifetime_from":"heuristic"}}
                """)).isEqualTo("""
                GET http://a.test/x

                edge-1
                  listener    web, reverse (its port is the URL's)
                  client      unknown: rules for a client's network don't match
                  rules       allowed, by rule default, revision 7.1
                  route       to site
                  zone        upstream/site
                  key         upstream/site http://a.test/x
                  cache       asks the origin whether what is stored is still good: it is stale (stale)
                  stored      200, 5 bytes, age 70 s, stale for 10 s (lifetime 60 s by max-age of CDN-Cache-Control), to be confirmed first; this request's
                              for accept=*/*; x
                  not stored  the last answer, 3 s ago: the origin forbids it (no-store)

                shared tier
                  stored      200, 5 bytes, age 3 s, stale for 0 s (lifetime 3 s by heuristic)

                no answer from: edge-2
                """);
    }

    @Test
    void controlsDontReachTheTerminal() {
        assertThat(
                        text(
                                "{\"url\":\"http://a.test/\\u001b[31m\\u202e\",\"edges\":[{\"edge\":\"e\",\"problem\":\"a\\nb\"}]}"))
                .contains("http://a.test/?[31m?")
                .contains("problem     a?b");
    }

    @Test
    void saysThatThereIsNobody() {
        assertThat(text("{\"url\":\"http://a.test/\",\"edges\":[],\"no_answer\":[]}"))
                .contains("no edge was heard of yet");
    }
}
