#include "base/text.h"
#include "support/catch.hpp"
#include "unit/dockerfile/rendered.h"

using namespace harden;

// Where each place of a word in the joined text stands: "LINE:COLUMN", or "none".
static std::string place(std::string_view source, std::string_view word)
{
    const auto file = parse_dockerfile(source);
    const auto at = file.joined().find(word);
    if (at == std::string_view::npos)
        return "none";
    const auto place = file_place(source, file.source_offset(at));
    return cat(std::to_string(place.line), ":", std::to_string(place.column));
}

TEST_CASE("a place in the file is a line and a column in bytes")
{
    const std::string_view source = "ab\n\xC3\xA9x\r\n\nz";
    const auto is_at = [source](std::size_t offset, int line, int column) {
        const auto place = file_place(source, offset);
        return place.line == line && place.column == column;
    };
    CHECK(is_at(0, 1, 1));
    CHECK(is_at(2, 1, 3));
    CHECK(is_at(3, 2, 1));
    CHECK(is_at(5, 2, 3));
    CHECK(is_at(8, 3, 1));
    CHECK(is_at(9, 4, 1));
    CHECK(is_at(10, 4, 2));
    CHECK(is_at(99, 4, 2));
}

TEST_CASE("what is read leads to where it stands")
{
    const std::string_view source = "\xEF\xBB\xBF# first\r\nFROM alpine\r\n"
                                    "  RUN one \\\r\n"
                                    "    # inside\r\n"
                                    "\r\n"
                                    "  && two\\\r\n"
                                    "three\r\n"
                                    "RUN <<E cat\r\n\tbody\r\nE\r\n"
                                    "USER last";
    CHECK(place(source, "first") == "1:6");
    CHECK(place(source, "FROM") == "2:1");
    CHECK(place(source, "alpine") == "2:6");
    CHECK(place(source, "one") == "3:7");
    CHECK(place(source, "inside") == "4:7");
    CHECK(place(source, "&& two") == "6:3");
    CHECK(place(source, "three") == "7:1");
    CHECK(place(source, "cat") == "8:9");
    CHECK(place(source, "body") == "9:2");
    CHECK(place(source, "last") == "11:6");
}

TEST_CASE("a word over two lines stands where it begins")
{
    CHECK(place("FROM a\nRUN xm\\\n# no\nrig\n", "xmrig") == "2:5");
    CHECK(place("FROM a\nRUN xm\\\n# no\nrig\n", "rig") == "4:1");
    CHECK(place("FROM a\nRUN xm\\\n# no\nrig\n", " no") == "3:2");
    CHECK(place("# escape=`\nFROM a\nRUN xm`\nrig", "rig") == "4:1");
}

TEST_CASE("flags, JSON words and pairs have places of their own")
{
    const std::string_view source =
        "FROM a\nRUN --mount=type=\\\nssh x\nCMD [\"a\", \\\n \"b\\n\"]\n";
    const auto file = parse_dockerfile(source);
    const auto run = file.instructions()[1];
    const auto flag = file.flags_of(run)[0];
    CHECK(file.text(flag.name) == "mount");
    CHECK(file.text(flag.value) == "type=ssh");
    CHECK(file_place(source, file.source_offset(flag.name.begin)).column == 7);
    const auto cmd = file.instructions()[2];
    const auto word = file.exec_words_of(cmd)[1];
    CHECK(word.text == "b\n");
    CHECK(file.text(word.range) == "\"b\\n\"");
    CHECK(file_place(source, file.source_offset(word.range.begin)).line == 5);
    CHECK(file_place(source, file.source_offset(word.range.begin)).column == 2);
}
