#include "base/text.h"
#include "support/catch.hpp"
#include "unit/dockerfile/rendered.h"

using namespace harden;
using namespace harden::test;

// Below "FROM a".
struct HeredocCase {
    std::string_view source;
    std::string_view expected;
};

static void check(std::initializer_list<HeredocCase> cases)
{
    for (const auto& [source, expected] : cases) {
        INFO(source);
        CHECK(rendered(cat("FROM a\n", source)) == cat("1 FROM a\n", expected));
    }
}

TEST_CASE("RUN, COPY and ADD take heredocs")
{
    check({
        {"RUN <<EOF\napt update\n# not a comment\nEOF\nUSER x",
         "1 RUN <<EOF | EOF{apt update\\n# not a comment\\n}\n1 USER x\n"},
        {"COPY <<a.txt <<b.txt /x/\n1\na.txt\n2\nb.txt\n",
         "1 COPY <<a.txt <<b.txt /x/ | a.txt{1\\n} | b.txt{2\\n}\n"},
        {"ADD <<x /x\nx\n", "1 ADD <<x /x | x{}\n"},
        {"RUN cat <<EOF > /x && y\n$a\nEOF", "1 RUN cat <<EOF > /x && y | EOF{$a\\n}\n"},
        {"RUN 3<<E cat\n1\nE", "1 RUN 3<<E cat | E{1\\n}\n"},
        {"RUN << EOF\nx\nEOF", "1 RUN << EOF | EOF{x\\n}\n"},
        {"RUN x \\\n <<E \\\n && y\n1\nE", "1 RUN x  <<E  && y | E{1\\n}\n"},
        {"RUN <<E\r\n1\r\nE\r\nUSER x", "1 RUN <<E | E{1\\r\\n}\n1 USER x\n"},
        {"ONBUILD RUN <<E\n1\nE", "1 ONBUILD RUN <<E | E{1\\n}\n"},
        {"RUN <<E\n E\nE \nE", "1 RUN <<E | E{ E\\nE \\n}\n"},
        {"RUN <<E\nx \\\nE", "1 RUN <<E | E{x \\\\n}\n"},
    });
}

TEST_CASE("a dash takes leading tabs away, quotes the expansion")
{
    check({
        {"RUN <<-E\n\t\tx\n\tE\n", "1 RUN <<-E | -E{\\t\\tx\\n}\n"},
        {"RUN <<-E\n  E\nE\n", "1 RUN <<-E | -E{  E\\n}\n"},
        {"RUN <<'E'\n$x\nE\n", "1 RUN <<'E' | 'E'{$x\\n}\n"},
        {"RUN <<-\"E F\"\n\tE F\n", "1 RUN <<-\"E F\" | -'E F'{}\n"},
        {"RUN <<E\"O\"F\n1\nEOF\n", "1 RUN <<E\"O\"F | 'EOF'{1\\n}\n"},
        {"RUN <<E\\OF\n1\nEOF\n", "1 RUN <<E\\OF | EOF{1\\n}\n"},
    });
}

TEST_CASE("what looks like a heredoc and is none")
{
    check({
        {"RUN cat<<E\nUSER x", "1 RUN cat<<E\n1 USER x\n"},
        {"RUN cat <<<E\nUSER x", "1 RUN cat <<<E\n1 USER x\n"},
        {"RUN echo \"<<E\"\nUSER x", "1 RUN echo \"<<E\"\n1 USER x\n"},
        {"RUN echo '\\' <<'E'\n1\nE\n", "1 RUN echo '\\' <<'E' | 'E'{1\\n}\n"},
        {"RUN echo $((1 << 2))\nUSER x",
         "1 RUN echo $((1 << 2)) | 2)){USER x}\n!2:18 the heredoc has no end\n"},
        {"RUN echo it's <<E\nUSER x", "1 RUN echo it's <<E\n1 USER x\n"},
        {"RUN echo ${x^^} <<E\nUSER x", "1 RUN echo ${x^^} <<E\n1 USER x\n"},
        {"RUN echo ${x:-y} ${x/a/b} $# <<E\n1\nE\n",
         "1 RUN echo ${x:-y} ${x/a/b} $# <<E | E{1\\n}\n"},
        {"RUN <<''\nUSER x", "1 RUN <<''\n1 USER x\n"},
        {"RUN [\"a\", \"<<E\"]\nUSER x", "1 RUN [a|<<E]\n1 USER x\n"},
        {"CMD cat <<E\nUSER x", "1 CMD cat <<E\n1 USER x\n"},
        {"ENV a=<<E\nUSER x", "1 ENV a=<<E\n1 USER x\n"},
    });
}

TEST_CASE("a heredoc without its end takes the rest of the file, and is a problem")
{
    check({
        {"RUN <<E\n1\nUSER x", "1 RUN <<E | E{1\\nUSER x}\n!2:7 the heredoc has no end\n"},
        {"RUN <<A <<B\n1\nA\n", "1 RUN <<A <<B | A{1\\n} | B{}\n!2:11 the heredoc has no end\n"},
        {"COPY a <<E\nE\n", "1 COPY a <<E | E{}\n!2:6 COPY takes no heredoc as its destination\n"},
    });
}
