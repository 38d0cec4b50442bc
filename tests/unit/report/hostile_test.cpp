// Whatever a tenant calls a container or a file, in every format it is text and nothing else.
#include "report/read_json.h"
#include "support/catch.hpp"
#include "unit/report/sample.h"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace harden;
using namespace harden::test;

static const std::vector<std::string>& hostile_texts()
{
    static const std::vector<std::string> all{
        "two\nlines\r\n  [OK] All critical security checks passed.",
        "\x1b[2J\x1b]0;title\x07 colour",
        "</code></div></testcase></testsuite><script>alert(1)</script><img src=x onerror=a()>",
        "]]><![CDATA[ &amp; &#x41; <!-- --> <?xml?>",
        std::string{"nul\0inside", 10},
        "\xff\xfe\xc3\x28 not utf-8",
        "\" onmouseover=\"a()\" 'x' \\\" \\n \\",
        "| cell | *bold* _it_ `code` [link](http://evil.example) @somebody #1 www.evil.example "
        "~~x~~",
        "# SKIP not really # TODO\n1..1\nok 1\nBail out!",
        "x\"} 1\nharden_verify_score{node=\"y\"} 100",
        "{\"status\": \"pass\"}, ${{ secrets.TOKEN }} ::set-output name=a::b",
        "\xe2\x80\xae gnp.exe \xe2\x80\x8b",
        std::string(65536, 'A'),
        std::string(65536, '<'),
    };
    return all;
}

// What is left of a document when everything between its tags, and in its attributes, is gone.
static std::string skeleton_of(const std::string& document)
{
    std::string tags;
    bool in_tag = false;
    bool in_value = false;
    for (const char letter : document) {
        if (letter == '<' && !in_tag)
            in_tag = true;
        else if (in_tag && letter == '"')
            in_value = !in_value;
        else if (in_tag && !in_value && letter == '>') {
            in_tag = false;
            tags += ">";
        }
        if (in_tag && !in_value)
            tags += letter;
    }
    return tags;
}

static long count(const std::string& text, char letter)
{
    return std::ranges::count(text, letter);
}

static std::string rendered(const std::string& format, const std::string& text)
{
    return render(format, of(each_verdict(text, text)), Colour::Never);
}

static bool is_printable(const std::string& text)
{
    return std::ranges::none_of(text, [](unsigned char letter) {
        return (letter < 0x20 && letter != '\n') || letter == 0x7f;
    });
}

TEST_CASE("hostile text is on its own line and drives no terminal, in every format")
{
    for (const auto& format : report_formats()) {
        const auto harmless = rendered(format, "harmless");
        for (const auto& text : hostile_texts()) {
            INFO(format << ": " << escaped(text, 60));
            const auto hostile = rendered(format, text);
            CHECK(is_printable(hostile));
            CHECK(count(hostile, '\n') == count(harmless, '\n'));
            CHECK(hostile.find("\xe2\x80\xae") == std::string::npos);
        }
    }
}

TEST_CASE("no hostile text opens or closes an element")
{
    for (const std::string format : {"junit", "html", "markdown"}) {
        const auto harmless = skeleton_of(rendered(format, "harmless"));
        for (const auto& text : hostile_texts()) {
            INFO(format << ": " << escaped(text, 60));
            CHECK(skeleton_of(rendered(format, text)) == harmless);
        }
    }
}

TEST_CASE("no hostile text is markup, a link or a mention in Markdown")
{
    const auto harmless = rendered("markdown", "harmless");
    for (const auto& text : hostile_texts()) {
        INFO(escaped(text, 60));
        const auto hostile = rendered("markdown", text);
        for (const char letter : {'|', '`', '*', '_', '[', ']', '@', '~', '>', '<', '{', '$'})
            CHECK(count(hostile, letter) == count(harmless, letter));
        CHECK(hostile.find("www.") == std::string::npos);
        CHECK(hostile.find("://") == std::string::npos);
    }
}

TEST_CASE("no hostile text is a directive or a test point of TAP")
{
    for (const auto& text : hostile_texts()) {
        const auto hostile = rendered("tap", text);
        INFO(escaped(text, 60));
        int points = 0;
        for (const auto line : lines(hostile)) {
            points += line.starts_with("ok ") || line.starts_with("not ok ") ? 1 : 0;
            CHECK_FALSE(line.starts_with("Bail"));
            std::string bare{line};
            for (auto at = bare.find("\\#"); at != std::string::npos; at = bare.find("\\#"))
                bare.erase(at, 2);
            if (!line.starts_with("  "))
                CHECK(count(bare, '#') <= 1); // our own directive
        }
        CHECK(points == 6);
    }
}

TEST_CASE("JSON gives back what was seen, and nothing else has changed")
{
    for (const auto& text : hostile_texts()) {
        INFO(escaped(text, 60));
        const auto reread = parse_report(rendered("json", text));
        REQUIRE(reread);
        const auto wanted = each_verdict("", text);
        REQUIRE(reread->findings.size() == wanted.findings.size());
        for (std::size_t i = 0; i < wanted.findings.size(); ++i) {
            CHECK(reread->findings[i].verdict == wanted.findings[i].verdict);
            CHECK(reread->findings[i].title == wanted.findings[i].title);
            if (text.find('\xff') == std::string::npos) // those bytes JSON cannot hold
                CHECK(reread->findings[i].evidence == text);
        }
    }
}

TEST_CASE("SARIF stays the same log but for its texts")
{
    const auto shape = [](const std::string& text) {
        std::vector<std::string> paths;
        const auto log = nlohmann::json::parse(rendered("sarif", text), nullptr, false);
        REQUIRE_FALSE(log.is_discarded());
        const auto flat = log.flatten();
        for (const auto& [path, value] : flat.items())
            paths.push_back(path);
        return paths;
    };
    const auto harmless = shape("harmless");
    for (const auto& text : hostile_texts()) {
        INFO(escaped(text, 60));
        CHECK(shape(text) == harmless);
    }
}

TEST_CASE("every line of the metrics is a sample or a comment")
{
    for (const auto& text : hostile_texts()) {
        INFO(escaped(text, 60));
        const auto metrics = rendered("prometheus", text);
        for (const auto line : lines(metrics)) {
            if (line.starts_with("# HELP harden_verify_") ||
                line.starts_with("# TYPE harden_verify_"))
                continue;
            CHECK(line.starts_with("harden_verify_"));
            const auto end = line.rfind("} ");
            REQUIRE(end != std::string_view::npos);
            CHECK(to_number(line.substr(end + 2)));
        }
    }
}

TEST_CASE("nothing of 64 kB fills a report")
{
    for (const auto& format : report_formats())
        if (format != "json") // which keeps what was seen
            CHECK(rendered(format, std::string(65536, '<')).size() < 300'000);
}
